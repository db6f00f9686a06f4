// Slack's own library says whether it takes each request: {secret, time, body, signature, now} a line in, true or false a line out.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { isValidSlackRequest } = createRequire(import.meta.url)('@slack/bolt/dist/receivers/verify-request.js');
for await (const line of createInterface({ input: process.stdin })) {
  const { secret, time, body, signature, now } = JSON.parse(line);
  const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(time) };
  console.log(isValidSlackRequest({ signingSecret: secret, body, headers, nowMilliseconds: now * 1000 }));
}
