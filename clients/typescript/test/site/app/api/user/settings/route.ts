import { NextRequest, NextResponse } from 'next/server';
import { prisma } from '@/lib/prisma';
import { whoAsks } from '@/lib/session';
import { notifyCreatorUpdate } from '@/websocket-server/src/events/creators';

export async function PATCH(request: NextRequest) {
  const { id: userId } = await whoAsks(request);
  const updates = (await request.json()) as { nickname?: string; bio?: string };
  const user = await prisma.user.update({ where: { id: userId }, data: updates });

  if (user.isCreator) {
    await notifyCreatorUpdate(userId, { nickname: user.nickname, bio: user.bio, avatar: user.avatar });
  }
  return NextResponse.json({ nickname: user.nickname });
}
