// Notifications: the stock CometD client, with acknowledgement and the replay cursor of docs/notifications.md.
import { AckExtension, CometD, type Message as Bayeux } from "cometd";
import { tokenHeaders } from "./api";
import type { Connection } from "./state";
import type { Message } from "./wire";

export interface Listener {
  onMessage(message: Message): void;
  onConnection(connection: Connection): void;
  /** What was known is out of date: read the snapshot. Subscriptions are there already. */
  onGap(): void;
}

interface Extended {
  ext?: { earshot?: { sequence?: number; newest?: number; gap?: unknown } };
}

export class Push {
  private cometd?: CometD;
  private cursor: number | undefined;

  constructor(
    private readonly channels: string[],
    private readonly listener: Listener,
  ) {}

  start(): void {
    const cometd = new CometD();
    this.cometd = cometd;
    cometd.unregisterTransport("callback-polling");
    cometd.configure({
      url: new URL("/api/v2/notifications", location.href).href,
      logLevel: "warn",
      useWorkerScheduler: false, // its worker would be a blob, which the policy does not allow
      requestHeaders: tokenHeaders(),
      backoffIncrement: 1000,
      maxBackoff: 4000,
      maxNetworkDelay: 12_000,
    });
    cometd.registerExtension("ack", new AckExtension());
    cometd.registerExtension("earshot", {
      outgoing: (message) => {
        if (message.channel === "/meta/handshake")
          message.ext = { ...message.ext, earshot: this.cursor === undefined ? true : { after: this.cursor } };
        return message;
      },
    });
    const whileMine = (act: (message: Bayeux & Extended) => void) => (message: Bayeux) => {
      if (this.cometd === cometd) act(message as Bayeux & Extended);
    };
    cometd.addListener("/meta/handshake", whileMine((message) => this.onHandshake(cometd, message)));
    cometd.addListener("/meta/connect", whileMine((message) => this.listener.onConnection(message.successful ? "connected" : "lost")));
    cometd.handshake();
  }

  stop(): void {
    const before = this.cometd;
    this.cometd = undefined;
    before?.disconnect();
  }

  /** A socket may be dead long before anybody notices: another takes its place, from the same cursor. */
  renew(): void {
    this.stop();
    this.start();
  }

  private onHandshake(cometd: CometD, message: Bayeux & Extended): void {
    if (!message.successful) return this.listener.onConnection("lost");
    const said = message.ext?.earshot;
    const isNew = this.cursor === undefined || said?.gap !== undefined;
    if (isNew) this.cursor = said?.newest;
    cometd.clearSubscriptions();
    cometd.batch(() => {
      for (const channel of this.channels)
        cometd.subscribe(channel, (event) => {
          if (this.cometd === cometd) this.onEvent(event as Bayeux & Extended);
        });
    });
    if (isNew) this.listener.onGap();
  }

  private onEvent(event: Bayeux & Extended): void {
    this.cursor = event.ext?.earshot?.sequence ?? this.cursor;
    this.listener.onMessage(event.data as Message);
  }
}
