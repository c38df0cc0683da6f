import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../prisma/client/client';

const { PGHOST, PGDATABASE } = process.env;

export const prisma = new PrismaClient({
  adapter: new PrismaPg({ host: PGHOST!, database: PGDATABASE!, user: 'postgres', max: 4 }),
});
