// A name server of a test's own: TXT records by UDP on a free port (RFC 1035).
import dgram from "node:dgram";

/** The only question of a packet: its name, and where it ends. */
function question(packet) {
  const labels = [];
  let at = 12;
  for (; packet[at] !== 0; at += 1 + packet[at]) labels.push(packet.toString("latin1", at + 1, at + 1 + packet[at]).toLowerCase());
  return { name: labels.join("."), end: at + 5 };
}

/** Starts one; `records` maps names to lists of texts and may change while it runs. */
export async function startNames(records = {}) {
  const socket = dgram.createSocket("udp4");
  socket.on("message", (query, from) => {
    const { name, end } = question(query);
    const texts = records[name];
    const head = Buffer.from([query[0], query[1], 0x81, texts ? 0x80 : 0x83, 0, 1, 0, texts?.length ?? 0, 0, 0, 0, 0]);
    const answers = (texts ?? []).map((text) => {
      const bytes = Buffer.from(text);
      return Buffer.concat([Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, bytes.length + 1, bytes.length]), bytes]);
    });
    socket.send(Buffer.concat([head, query.subarray(12, end), ...answers]), from.port, from.address);
  });
  await new Promise((yes) => socket.bind(0, "127.0.0.1", yes));
  return { records, address: `127.0.0.1:${socket.address().port}`, stop: () => new Promise((yes) => socket.close(yes)) };
}
