import { devNull } from 'node:os';
import type { CompressionFactory } from '../../../../src/connection/compression.ts';
import { Gateway } from '../gateway/gateway.ts';
import { RecordFile } from '../gateway/record-file.ts';
import { csv, ndjson } from '../gateway/row.ts';

/**
 * A gateway on loopback, for a stream that has no other. It writes to `out`, or nowhere, and acknowledges each record by
 * itself, so that each is timed. It agrees to `compression`, if there is any.
 */
export async function startGateway(compression?: CompressionFactory, out?: string): Promise<Gateway> {
  const file = new RecordFile(out ?? devNull, out?.endsWith('.csv') === true ? csv : ndjson);
  try {
    return await Gateway.listen({ host: '127.0.0.1', port: 0, compression, file, acknowledgesEach: true });
  } catch (error) {
    file.close();
    throw error;
  }
}
