import { NextRequest, NextResponse } from 'next/server';
import { prisma } from '@/lib/prisma';
import { whoAsks } from '@/lib/session';
import { sendNotification } from '@/websocket-server/src/events/notifications';
import { notifyNewComment } from '@/websocket-server/src/events/posts';

export async function POST(request: NextRequest, { params }: { params: { id: string } }) {
  const user = await whoAsks(request);
  const { content } = (await request.json()) as { content: string };
  const [postId, userId] = [params.id, user.id];
  const comment = await prisma.comment.create({ data: { postId, userId, content } });
  const post = await prisma.post.findUniqueOrThrow({ where: { id: postId } });

  await notifyNewComment(postId, comment);

  if (post.creatorId !== userId) {
    await sendNotification(post.creatorId, {
      type: 'COMMENT_POST',
      title: 'Комментарий',
      message: `Его оставил ${user.nickname}`,
      metadata: { postId, commentId: comment.id },
    });
  }
  return NextResponse.json(comment);
}
