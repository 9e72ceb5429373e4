import Listener from 'embedded:io/socket/listener';
import TCP from 'embedded:io/socket/tcp';
import WebSocketClient from 'embedded:network/websocket/client';
import { serverHandshake } from 'ringlet/server-handshake';
import config from 'mc/config';
import Time from 'time';
import Timer from 'timer';
import { Gauge } from 'gauge';
import { html } from 'page';

export default function () {
  let light = 'off';
  new Gauge({
    io: { Listener, TCP, Timer, WebSocketClient, serverHandshake },
    port: config.port,
    pagePort: config.page,
    html,
    sample: () => ({ seconds: Math.round(Time.ticks / 100) / 10, light }),
    onCommand: (text) => {
      if (text === 'on' || text === 'off') light = text;
      trace(`the phone says ${text}\n`);
    },
  });
}
