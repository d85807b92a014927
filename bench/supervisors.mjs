// Registers phones, logs their users in and has each monitor an agent of their own, all calls of theirs.
//   node supervisors.mjs HTTP SIP COUNT PASSWORD        (HTTP, SIP: address:port)
// User and phone n are supervisorN and 8NNNNNN, the agent's phone is 7NNNNNN. Ends when all are subscribed.
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";

const [http, sip, count, password] = process.argv.slice(2).map((word, n) => (n === 2 ? Number(word) : word));
const [host, port] = sip.split(":");
const md5 = (text) => createHash("md5").update(text).digest("hex");
const number = (first, n) => `${first}${String(n).padStart(6, "0")}`;

async function register(socket, user) {
  const { address, port: at } = socket.address();
  const uri = `sip:${sip}`;
  for (let cseq = 1, proof = ""; cseq <= 2; ++cseq) {
    const lines = [
      `REGISTER ${uri} SIP/2.0`, `Via: SIP/2.0/UDP ${address}:${at};branch=z9hG4bK${user}${cseq};rport`, "Max-Forwards: 70",
      `From: <sip:${user}@${host}>;tag=${user}`, `To: <sip:${user}@${host}>`, `Call-ID: ${user}`, `CSeq: ${cseq} REGISTER`,
      `Contact: <sip:${user}@${address}:${at}>`, "Expires: 3600", ...(proof ? [proof] : []), "Content-Length: 0", "", ""];
    socket.send(lines.join("\r\n"), Number(port), host);
    const answer = (await once(socket, "message"))[0].toString("latin1");
    if (answer.startsWith("SIP/2.0 200")) return;
    const challenge = /^WWW-Authenticate: .*algorithm=MD5.*$/m.exec(answer)?.[0] ?? "";
    const value = (name) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
    const secret = md5(`${user}:${value("realm")}:${password}`);
    const response = md5(`${secret}:${value("nonce")}:${md5(`REGISTER:${uri}`)}`);
    proof = `Authorization: Digest username="${user}", realm="${value("realm")}", nonce="${value("nonce")}", uri="${uri}", algorithm=MD5, response="${response}"`;
  }
  throw new Error(`${user} was not registered`);
}

async function ask(user, method, path, body) {
  const answer = await fetch(`http://${http}/api/v2${path}`, {
    method, body: body && JSON.stringify(body),
    headers: { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`, "Content-Type": "application/json" } });
  const said = await answer.json();
  if (answer.status !== 200) throw new Error(`${user} ${method} ${path}: ${answer.status} ${JSON.stringify(said)}`);
  return said;
}

const socket = createSocket("udp4");
socket.bind(0, host);
await once(socket, "listening");
for (let n = 1; n <= count; ++n) {
  const user = `supervisor${n}`;
  await register(socket, number(8, n));
  await ask(user, "POST", "/me", { operationName: "StartContactCenterSession", channels: ["voice"] });
  const { devices } = await ask(user, "GET", "/me/devices?fields=*");
  await ask(user, "POST", `/me/devices/${devices[0].id}`, { operationName: "ListenIn", phoneNumber: number(7, n) });
}
socket.close();
console.log(`${count} supervisors monitor as many agents`);
