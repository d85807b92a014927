// A TCP proxy that loses things, by a seeded generator, so that a run can be had again.
import { createServer, connect } from "node:net";

/** mulberry32: numbers from 0 to 1 */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Each piece of bytes that arrives is, at these rates, one of
 *   cut      a part of it goes on, then both connections break: in the midst of a frame or a body
 *   dropped  nothing of it goes on, and both break: an answer the server has sent, or a request it never gets
 *   late     it goes on after up to `late_ms`, and all behind it with it
 */
export class LossyProxy {
  static async to(address, { seed, cut = 0, dropped = 0, late = 0, late_ms = 20 }) {
    const proxy = new LossyProxy();
    const [host, port] = address.split(":");
    const random = generator(seed);
    proxy.#server = createServer((client) => {
      const server = connect(Number(port), host);
      proxy.#join(client, server, random, { cut, dropped, late, late_ms });
    });
    await new Promise((done) => proxy.#server.listen(0, "127.0.0.1", done));
    proxy.address = `127.0.0.1:${proxy.#server.address().port}`;
    return proxy;
  }

  #server;
  #sockets = new Set();
  /** Nothing is lost while this is false. */
  loses = false;
  counts = { connections: 0, cut: 0, dropped: 0, late: 0 };

  #join(client, server, random, rates) {
    this.counts.connections += 1;
    const both = [client, server];
    const end = () => both.forEach((socket) => (this.#sockets.delete(socket), socket.destroy()));
    for (const socket of both) {
      this.#sockets.add(socket);
      socket.setNoDelay(true).on("error", end).on("close", end);
    }
    const carry = (from, to) =>
      from.on("data", (bytes) => {
        const dice = this.loses ? random() : 1;
        const { cut, dropped, late, late_ms } = rates;
        if (dice < cut) {
          this.counts.cut += 1;
          from.pause();
          to.write(bytes.subarray(0, Math.floor(random() * bytes.length)), end);
        } else if (dice < cut + dropped) {
          this.counts.dropped += 1;
          end();
        } else if (dice < cut + dropped + late) {
          this.counts.late += 1;
          from.pause();
          setTimeout(() => !to.destroyed && (to.write(bytes), from.resume()), random() * late_ms);
        } else if (!to.write(bytes)) {
          from.pause();
          to.once("drain", () => from.resume());
        }
      });
    carry(client, server);
    carry(server, client);
  }

  /** Breaks all connections there are. */
  cut_all() {
    for (const socket of this.#sockets) socket.destroy();
  }
  /** Takes no new connection, and breaks those there are, until resume(). */
  async refuse() {
    const { port } = this.#server.address();
    this.resume = () => new Promise((done) => this.#server.listen(port, "127.0.0.1", done));
    this.cut_all();
    await new Promise((done) => (this.#server.close(done), this.cut_all()));
  }
  stop() {
    this.#server.close();
    this.cut_all();
  }
}
