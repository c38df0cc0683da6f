// Sends the requests that stdin lists to the site's handlers, one after the other, and prints their answers as JSON.
import { text } from 'node:stream/consumers';
import { NextRequest } from 'next/server';
import { prisma } from '@/lib/prisma';

const answers = [];
for (const { route, method, user, id, body } of JSON.parse(await text(process.stdin))) {
  const handlers = await import(`./built/app/api/${route}/route.js`);
  const request = new NextRequest(`http://site.test/api/${route}`, {
    method,
    headers: { 'x-user': user, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await handlers[method](request, { params: { id } });
  answers.push(await response.json());
}
await prisma.$disconnect();
console.log(JSON.stringify(answers));
