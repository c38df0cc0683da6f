import { NextRequest, NextResponse } from 'next/server';
import { whoAsks } from '@/lib/session';
import { markNotificationAsRead } from '@/websocket-server/src/events/notifications';

export async function PATCH(request: NextRequest) {
  const { id: userId } = await whoAsks(request);
  const { notificationId } = (await request.json()) as { notificationId: string };
  await markNotificationAsRead(userId, notificationId);
  return NextResponse.json({ success: true });
}
