// Feishu's own library says of each request whether it takes it and what is in it: {key, time, nonce, signature, body} a line in, a JSON text or false a line out.
import { createInterface } from 'node:readline';
import * as lark from '@larksuiteoapi/node-sdk';

for await (const line of createInterface({ input: process.stdin })) {
  const { key, time, nonce, signature, body } = JSON.parse(line);
  const { requestHandle } = new lark.EventDispatcher({ encryptKey: key, loggerLevel: lark.LoggerLevel.error });
  const headers = { 'x-lark-request-timestamp': time, 'x-lark-request-nonce': nonce, 'x-lark-signature': signature };
  // As its adapters do: the headers are beside the body, not within.
  const data = Object.assign(Object.create({ headers }), JSON.parse(body));
  console.log(requestHandle.checkIsEventValidated(data) ? new lark.AESCipher(key).decrypt(data.encrypt) : 'false');
}
