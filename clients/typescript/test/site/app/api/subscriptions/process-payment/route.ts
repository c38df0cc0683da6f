import { NextRequest, NextResponse } from 'next/server';
import { prisma } from '@/lib/prisma';
import { whoAsks } from '@/lib/session';
import { grantAccess } from '@/websocket-server/src/events/access';
import { notifyNewSubscription } from '@/websocket-server/src/events/creators';
import { sendNotification } from '@/websocket-server/src/events/notifications';

export async function POST(request: NextRequest) {
  const user = await whoAsks(request);
  const { creatorId } = (await request.json()) as { creatorId: string };
  const userId = user.id;

  // What was paid for opens if and only if this commits.
  const subscription = await prisma.$transaction(async (tx) => {
    await grantAccess(userId, `creator:${creatorId}`, { tier: 'basic', tx });
    return tx.subscription.create({ data: { creatorId, userId } });
  });

  await notifyNewSubscription(creatorId, userId);

  await sendNotification(creatorId, {
    type: 'NEW_SUBSCRIBER',
    title: 'Подписка',
    message: `Это ${user.nickname}`,
    metadata: { userId, subscriptionId: subscription.id },
  });
  return NextResponse.json({ subscriptionId: String(subscription.id) });
}
