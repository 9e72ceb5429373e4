import { type HeaderList, linesOf } from './text.ts';

/** Reason phrases of the statuses that this endpoint itself answers with; they say nothing to a program. */
function reasonOf(status: number): string {
  switch (status) {
    case 400:
      return 'Bad Request';
    case 401:
      return 'Unauthorized';
    case 403:
      return 'Forbidden';
    case 404:
      return 'Not Found';
    case 405:
      return 'Method Not Allowed';
    case 414:
      return 'URI Too Long';
    case 426:
      return 'Upgrade Required';
    case 431:
      return 'Request Header Fields Too Large';
    case 500:
      return 'Internal Server Error';
    case 503:
      return 'Service Unavailable';
    default:
      return 'Refused';
  }
}

/** The head of a response that refuses a request; the connection ends behind it. */
export function refusalOf(status: number, headers: HeaderList = []): string {
  let text = `HTTP/1.1 ${status} ${reasonOf(status)}`;
  if (status === 426) text += '\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
  if (status === 405) text += '\r\nAllow: GET';
  text += '\r\nConnection: close\r\nContent-Length: 0';
  return `${text}${linesOf(headers)}\r\n\r\n`;
}
