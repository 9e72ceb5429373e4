/** Octets and frames of an open connection at three levels: wire, WebSocket payload, and after inflation. */
export interface TrafficCounts {
  outgoingOctetsWireLevel: number;
  outgoingOctetsWebSocketLevel: number;
  outgoingOctetsAppLevel: number;
  outgoingWebSocketFrames: number;
  outgoingWebSocketMessages: number;
  incomingOctetsWireLevel: number;
  incomingOctetsWebSocketLevel: number;
  incomingOctetsAppLevel: number;
  incomingWebSocketFrames: number;
  incomingWebSocketMessages: number;
  /** Octets of the opening handshake. */
  preopenOutgoingOctetsWireLevel: number;
  preopenIncomingOctetsWireLevel: number;
}

/** The counts, compressed per uncompressed octet, and octets that are not payload per octet that is. */
export interface TrafficReport extends TrafficCounts {
  readonly outgoingCompressionRatio: number | null;
  readonly incomingCompressionRatio: number | null;
  readonly outgoingWebSocketOverhead: number | null;
  readonly incomingWebSocketOverhead: number | null;
}

export const noTraffic = (): TrafficCounts => ({
  outgoingOctetsWireLevel: 0,
  outgoingOctetsWebSocketLevel: 0,
  outgoingOctetsAppLevel: 0,
  outgoingWebSocketFrames: 0,
  outgoingWebSocketMessages: 0,
  incomingOctetsWireLevel: 0,
  incomingOctetsWebSocketLevel: 0,
  incomingOctetsAppLevel: 0,
  incomingWebSocketFrames: 0,
  incomingWebSocketMessages: 0,
  preopenOutgoingOctetsWireLevel: 0,
  preopenIncomingOctetsWireLevel: 0,
});

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

export const reportTraffic = (counts: TrafficCounts): TrafficReport => {
  const out = counts.outgoingOctetsWebSocketLevel;
  const into = counts.incomingOctetsWebSocketLevel;
  return {
    ...counts,
    outgoingCompressionRatio: ratio(out, counts.outgoingOctetsAppLevel),
    incomingCompressionRatio: ratio(into, counts.incomingOctetsAppLevel),
    outgoingWebSocketOverhead: ratio(counts.outgoingOctetsWireLevel - out, out),
    incomingWebSocketOverhead: ratio(counts.incomingOctetsWireLevel - into, into),
  };
};
