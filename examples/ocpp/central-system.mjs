import ocpp from 'ocpp-rpc';

/** A central system on a port that the system chooses. It refuses messages that OCPP 1.6's schemas do not allow. */
export async function startCentralSystem() {
  const server = new ocpp.RPCServer({ protocols: ['ocpp1.6'], strictMode: true });
  server.auth((accept) => accept());
  server.on('client', (client) => {
    client.handle('BootNotification', () => ({
      status: 'Accepted',
      interval: 1,
      currentTime: new Date().toISOString(),
    }));
    client.handle('Heartbeat', () => ({ currentTime: new Date().toISOString() }));
    client.handle('StatusNotification', () => ({}));
    client.handle('MeterValues', () => ({}));
  });
  const http = await server.listen(0, '127.0.0.1');
  return { url: `ws://127.0.0.1:${http.address().port}/`, close: () => server.close({ force: true }) };
}
