/** What the phone shows. PORT is where the WebSocket is. ASCII only: its length is its octets. */
export const html = `<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width">
<title>Gauge</title>
<style>body{font:2em system-ui;text-align:center}button{font:inherit;padding:.5em 1em}</style>
<p id="value">...</p>
<button onclick="send('on')">On</button> <button onclick="send('off')">Off</button>
<script>
let socket;
function open() {
  socket = new WebSocket('ws://' + location.hostname + ':PORT/');
  socket.onmessage = ({ data }) => {
    value.textContent = Object.entries(JSON.parse(data)).map((pair) => pair.join(' ')).join(', ');
  };
  socket.onclose = () => {
    value.textContent = 'connecting';
    setTimeout(open, 1000);
  };
}
function send(text) {
  if (socket.readyState === 1) socket.send(text);
}
open();
</script>
`;
