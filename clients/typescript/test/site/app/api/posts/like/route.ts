import { NextRequest, NextResponse } from 'next/server';
import { prisma } from '@/lib/prisma';
import { whoAsks } from '@/lib/session';
import { sendNotification } from '@/websocket-server/src/events/notifications';
import { updatePostLikes } from '@/websocket-server/src/events/posts';

export async function POST(request: NextRequest, { params }: { params: { id: string } }) {
  const user = await whoAsks(request);
  const [postId, userId] = [params.id, user.id];
  await prisma.like.create({ data: { postId, userId } });
  const post = await prisma.post.update({ where: { id: postId }, data: { likesCount: { increment: 1 } } });

  await updatePostLikes(postId, userId, true);

  if (post.creatorId !== userId) {
    await sendNotification(post.creatorId, {
      type: 'LIKE_POST',
      title: 'Лайк',
      message: `Это был ${user.nickname}`,
      metadata: { postId, userId },
    });
  }
  return NextResponse.json({ liked: true });
}
