import type { Figures, StreamSettings } from './figures.ts';
import { counted, octets, quantile } from './format.ts';

/** The one object that `--json` prints. Round trips are milliseconds; null if no reply came. */
export function summaryOf(settings: StreamSettings, figures: Figures): object {
  const { roundTrips } = figures;
  const rounded = (value: number): number => Number(value.toFixed(3));
  return {
    ...settings,
    seconds: rounded(figures.seconds),
    messagesSent: figures.messagesSent,
    messagesReceived: figures.messagesReceived,
    octetsSent: figures.octetsSent,
    octetsReceived: figures.octetsReceived,
    roundTrips,
    rttP50: roundTrips === 0 ? null : rounded(figures.rttP50),
    rttP99: roundTrips === 0 ? null : rounded(figures.rttP99),
    rttMean: roundTrips === 0 ? null : rounded(figures.roundTripSum / roundTrips),
    skipped: figures.skipped,
    unanswered: figures.unanswered,
    recordsPosted: figures.recordsPosted,
    recordsAcknowledged: figures.recordsAcknowledged,
    recordsDropped: figures.recordsDropped,
    recordsKept: figures.recordsKept,
    reconnects: figures.reconnects,
    closedCleanly: figures.isClean,
    ram: figures.ram,
  };
}

/** The same as sentences for a person. */
export function summaryText(figures: Figures): string {
  const { skipped, unanswered, reconnects, recordsDropped, recordsKept } = figures;
  const troubles = [
    skipped > 0 ? `${counted(skipped, 'samples')} skipped` : '',
    unanswered > 0 ? `${counted(unanswered, 'messages')} unanswered` : '',
    recordsDropped > 0 ? `${counted(recordsDropped, 'records')} dropped` : '',
    recordsKept > 0 ? `${counted(recordsKept, 'records')} still kept` : '',
    reconnects > 0 ? `reconnected ${counted(reconnects, 'times')}` : '',
  ].filter((text) => text !== '');
  return (
    `Sent ${counted(figures.messagesSent, 'messages')} (${octets(figures.octetsSent)}) in ` +
    `${figures.seconds.toFixed(1)} s, ${figures.recordsAcknowledged} acknowledged, received ${figures.messagesReceived} (${octets(figures.octetsReceived)}); ` +
    `round trip p50 ${quantile(figures.rttP50, figures)}, p99 ${quantile(figures.rttP99, figures)}` +
    `${troubles.length === 0 ? '' : `; ${troubles.join(', ')}`}.`
  );
}
