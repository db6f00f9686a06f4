// Feishu's own client takes the double for Feishu.
import * as lark from '@larksuiteoapi/node-sdk';

const [domain, appSecret, content] = process.argv.slice(2);
const client = new lark.Client({ appId: 'cli_1', appSecret, domain, loggerLevel: lark.LoggerLevel.fatal });
const say = (name, value) => console.log(`${name}: ${value}`);
const data = { msg_type: 'interactive', content };
const posted = await client.im.message.create({ params: { receive_id_type: 'chat_id' }, data: { ...data, receive_id: 'oc_ops' } });
say('posted', `${posted.code} ${posted.data.message_id}`);
say('answered', (await client.im.message.reply({ path: { message_id: 'om_1' }, data: { ...data, reply_in_thread: true } })).code);
say('changed', (await client.im.message.patch({ path: { message_id: 'om_1' }, data: { content } })).code);
try {
  await client.im.message.patch({ path: { message_id: 'om_gone' }, data: { content } });
} catch (e) {
  say('gone', e.response.data.code);
}
