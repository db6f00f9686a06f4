// Slack's own clients take the double for Slack: api, bot's token, app's token.
import { WebClient, ErrorCode } from '@slack/web-api';
import { SocketModeClient } from '@slack/socket-mode';

const [api, token, appToken] = process.argv.slice(2);
const say = (name, value) => console.log(`${name}: ${value}`);
const web = new WebClient(token, { slackApiUrl: api, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true });
const post = { channel: 'C0OPS', text: 'hi', blocks: [{ type: 'header', text: { type: 'plain_text', text: 'hi' } }] };
try {
  await web.chat.postMessage(post);
} catch (e) {
  say('limited', `${e.code === ErrorCode.RateLimitedError} ${e.retryAfter}`);
}
const posted = await web.chat.postMessage(post);
say('posted', posted.channel);
say('updated', (await web.chat.update({ ...post, ts: posted.ts })).ok);
try {
  await web.chat.update({ ...post, ts: '1.0' });
} catch (e) {
  say('gone', e.data.error);
}
try {
  await web.chat.postMessage({ ...post, blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] });
} catch (e) {
  say('blocks', e.data.error.split(':')[0]);
}
const socket = new SocketModeClient({ appToken, clientOptions: { slackApiUrl: api } });
socket.on('slash_commands', async ({ ack, body }) => {
  say('told', body.text);
  await ack();
  say('acknowledged', true);
});
process.stdin.on('end', async () => {
  await socket.disconnect();
  process.exit(0);
}).resume();
await socket.start();
say('connected', true);
