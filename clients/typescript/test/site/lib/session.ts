import type { NextRequest } from 'next/server';
import { prisma } from '@/lib/prisma';

/** Who asks: in these tests a header says it. */
export async function whoAsks(request: NextRequest) {
  return prisma.user.findUniqueOrThrow({ where: { id: request.headers.get('x-user') ?? '' } });
}
