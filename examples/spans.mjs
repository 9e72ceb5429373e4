// Counts what a server sends, without copying or allocating anything per message: node examples/spans.mjs URL
import { connect } from 'ringlet/node';

const url = process.argv[2] ?? 'ws://127.0.0.1:9002/';
const totals = { messages: 0, octets: 0 };

const events = {
  onOpen: () => console.log('open'),
  onData(target, bytes, start, end, span) {
    target.octets += end - start; // bytes[start, end) is valid until this returns
    if ((span & 2) === 0) target.messages += 1; // 2: the message goes on
  },
  onControl() {},
  onWritable() {},
  onClose: (target, code, error) => console.log('closed', { code, error, ...target }),
};

const endpoint = connect(url, { events, target: totals });
setTimeout(() => endpoint.close(1000), 5000);
