/* ESP32 and ESP8266: Math.irandom is their hardware's random source, 31 bits a call. */
export function word() {
  return (Math.irandom(65536) << 16) | Math.irandom(65536);
}
