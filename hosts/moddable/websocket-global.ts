/** `ringlet/websocket/global`: installs the WebSocket of the web as a global. Preloaded, behind `ringlet/websocket`. */
import WebSocket from 'ringlet/websocket';

(globalThis as { WebSocket?: unknown }).WebSocket = WebSocket;
