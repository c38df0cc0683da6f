import { NextRequest, NextResponse } from 'next/server';
import { prisma } from '@/lib/prisma';
import { whoAsks } from '@/lib/session';
import { sendNotification } from '@/websocket-server/src/events/notifications';
import { notifyNewPost } from '@/websocket-server/src/events/posts';

export async function POST(request: NextRequest) {
  const creator = await whoAsks(request);
  const body = (await request.json()) as { title: string; content: string };
  const post = await prisma.post.create({ data: { ...body, creatorId: creator.id, price: '9.90', isLocked: true } });

  await notifyNewPost(post);

  const subscribers = await prisma.subscription.findMany({
    where: { creatorId: post.creatorId, isActive: true, paymentStatus: 'COMPLETED' },
  });
  for (const sub of subscribers) {
    await sendNotification(sub.userId, {
      type: 'NEW_POST_FROM_SUBSCRIPTION',
      title: 'Пост',
      message: `${creator.nickname}: ${post.title}`,
      metadata: { postId: post.id, creatorId: post.creatorId },
    });
  }
  return NextResponse.json(post);
}
