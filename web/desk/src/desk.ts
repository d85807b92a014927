// What the desk does: it asks, listens and tells the reducer. The one place with a clock and a network.
import { Refused, ask } from "./api";
import { Push } from "./push";
import { type Action, type Connection, type State, kNothing, reduce, voiceStateOf } from "./state";
import { texts } from "./texts";
import type { AgentState, Availability, Call, Contact, DemoUser, Hearing, Me, Message, Person, User } from "./wire";
import { watchedCall } from "./watching";
import { isSupervisor } from "./wire";

const kDrawEvery = 16; // ms
const kUsersEvery = 2000; // ms, until the server pushes changes of users
const kUsersRarely = 30_000; // ms, afterwards
const kReachEvery = 1000; // ms, while the connection is lost
const kVoiceEvery = 5000; // ms: the phone may be switched on meanwhile
const kHearingEvery = 1000; // ms: levels move

export class Desk {
  state: State = kNothing;
  private changed: () => void = () => {};
  private told = false;
  private push?: Push;
  private usersArePushed = false;
  private reaching = false;
  private asked = { users: 0, hearing: 0, voice: 0 };
  private wantsVoice = true; // the voice session begins once the phone is there

  onChange(changed: () => void): void {
    this.changed = changed;
  }

  dispatch(action: Action): void {
    const before = this.state;
    this.state = reduce(before, action);
    if (this.state === before || this.told) return;
    this.told = true;
    setTimeout(() => {
      // what comes together is drawn together
      this.told = false;
      this.changed();
    }, kDrawEvery);
  }

  async start(): Promise<void> {
    setInterval(() => void this.look(), 250);
    addEventListener("offline", () => this.push && void this.reach());
    try {
      const { user } = await ask<{ user: User }>("GET", "/auth/session");
      this.begin(user);
    } catch (error) {
      await this.showLogin(error instanceof Refused && error.isSignedOut ? undefined : said(error));
    }
  }

  // --- signing in and out ------------------------------------------------------------------------

  async signIn(userName: string, password: string): Promise<void> {
    await this.while("login", async () => {
      try {
        const { user } = await ask<{ user: User }>("POST", "/auth/login", { userName, password });
        this.begin(user);
      } catch (error) {
        const isWrong = error instanceof Refused && error.isSignedOut;
        this.dispatch({ type: "problem", text: isWrong ? texts().login.wrong : said(error) });
      }
    });
  }

  async signOut(): Promise<void> {
    this.push?.stop();
    this.push = undefined;
    await ask("POST", "/auth/logout", {}).catch(() => undefined);
    await this.showLogin();
  }

  private async showLogin(problem?: string): Promise<void> {
    this.push?.stop();
    this.push = undefined;
    const { auth } = await ask<{ auth: { demoUsers?: DemoUser[] } }>("GET", "/auth").catch(() => ({ auth: {} as { demoUsers?: DemoUser[] } }));
    this.dispatch({ type: "signedOut", problem, demoUsers: auth.demoUsers });
  }

  private begin(user: User): void {
    this.dispatch({ type: "signedIn", user });
    this.wantsVoice = true;
    this.usersArePushed = false;
    this.asked = { users: 0, hearing: 0, voice: 0 };
    const channels = ["/v2/me/*", ...(isSupervisor(user) ? ["/v2/users", "/v2/queues"] : [])];
    this.push = new Push(channels, {
      onMessage: (message) => this.onMessage(message),
      onConnection: (connection) => this.onConnection(connection),
      onGap: () => void this.readAll(),
    });
    this.push.start();
  }

  // --- news --------------------------------------------------------------------------------------

  private onMessage(message: Message): void {
    if (message.messageType === "UserStateChangeMessage") this.usersArePushed = true;
    this.dispatch({ type: "notified", message, at: Date.now() });
  }

  private onConnection(connection: Connection): void {
    if (connection === "lost") void this.reach();
    else this.dispatch({ type: "connection", connection });
  }

  /**
   * The server could not be reached: it is asked until it answers. Then notifications go on where they were; or the
   * session is over, after a restart of the server, say.
   */
  private async reach(): Promise<void> {
    this.dispatch({ type: "connection", connection: "lost" });
    if (this.reaching) return;
    this.reaching = true;
    while (this.push && this.state.connection === "lost") {
      try {
        await ask("GET", "/auth/session");
        this.dispatch({ type: "connection", connection: "connecting" });
        this.push?.renew();
      } catch (error) {
        if (error instanceof Refused && error.isSignedOut) await this.showLogin(texts().login.over);
      }
      if (this.state.connection === "lost") await new Promise((done) => setTimeout(done, kReachEvery));
    }
    this.reaching = false;
  }

  private async readAll(): Promise<void> {
    try {
      const { user } = await ask<{ user: Me }>("GET", "/me?subresources=*");
      this.dispatch({ type: "snapshot", me: user, at: Date.now() });
      this.asked = { users: 0, hearing: 0, voice: 0 };
      const states = await ask<{ settings: AgentState[] }>("GET", "/settings/agent-states").catch(() => undefined);
      if (states) this.dispatch({ type: "agentStates", list: states.settings });
    } catch (error) {
      await this.fail(error);
    }
  }

  /** By itself, until it has worked once: who logs off the phone stays off. */
  private async beginVoice(): Promise<void> {
    if (voiceStateOf(this.state.channels)?.state !== "LoggedOut") this.wantsVoice = false;
    if (!this.wantsVoice || this.state.devices.length === 0) return;
    try {
      await ask("POST", "/me", { operationName: "StartContactCenterSession", channels: ["voice"] });
      this.wantsVoice = false;
      this.dispatch({ type: "voiceRefused" });
    } catch (error) {
      this.dispatch({ type: "voiceRefused", refusal: said(error) });
    }
  }

  beginSession(): Promise<boolean> {
    return this.operate("session", "/me", "StartContactCenterSession", { channels: ["voice"] });
  }

  // --- what is asked again and again, while somebody looks ----------------------------------------

  private async look(): Promise<void> {
    if (document.visibilityState !== "visible" || this.state.connection !== "connected" || !this.state.user) return;
    const now = Date.now();
    if (isSupervisor(this.state.user) && now - this.asked.users >= (this.usersArePushed ? kUsersRarely : kUsersEvery)) {
      this.asked.users = now;
      await this.readPeople();
    }
    if (this.wantsVoice && this.state.channels.length && now - this.asked.voice >= kVoiceEvery) {
      this.asked.voice = now;
      await this.beginVoice();
    }
    const watched = watchedCall(this.state);
    if (watched && now - this.asked.hearing >= kHearingEvery) {
      this.asked.hearing = now;
      await this.readHearing(watched);
    }
  }

  private async readPeople(): Promise<void> {
    try {
      const { users } = await ask<{ users: Person[] }>("GET", "/users?fields=*&subresources=*");
      this.dispatch({ type: "people", list: users, at: Date.now() });
    } catch (error) {
      if (error instanceof Refused && error.status >= 400 && !error.isSignedOut)
        this.dispatch({ type: "peopleRefused", refusal: error.message });
      else await this.fail(error);
    }
  }

  private async readHearing(call: Call): Promise<void> {
    try {
      const { hearing } = await ask<{ hearing: Hearing }>("GET", `/me/calls/${call.id}/hearing`);
      if (this.state.calls.some((each) => each.id === call.id)) this.dispatch({ type: "hearing", hearing, at: Date.now() });
    } catch {
      this.dispatch({ type: "noHearing", call: call.id }); // the call is shown without the drawing
    }
  }

  /** Why operations of a call are not possible: asked for when somebody may want to know. */
  async explain(call: string): Promise<void> {
    if (this.state.availability[call] || this.state.busy.includes(`explain ${call}`)) return;
    await this.while(`explain ${call}`, async () => {
      const answer = await ask<{ capabilities: Availability[] }>("GET", `/me/calls/${call}/capabilities`).catch(() => undefined);
      if (answer) this.dispatch({ type: "availability", call, list: answer.capabilities });
    });
  }

  // --- operations ----------------------------------------------------------------------------------

  /** Posts an operation. `what` names the button that waits. @return whether it was accepted */
  async operate(what: string, path: string, operationName: string, more: Record<string, unknown> = {}): Promise<boolean> {
    let accepted = false;
    await this.while(what, async () => {
      try {
        await ask("POST", path, { operationName, ...more });
        accepted = true;
        this.dispatch({ type: "problem" });
      } catch (error) {
        await this.fail(error);
      }
    });
    return accepted;
  }

  ofCall(call: Call, operationName: string, more: Record<string, unknown> = {}): Promise<boolean> {
    return this.operate(`${call.id} ${operationName}`, `/me/calls/${call.id}`, operationName, more);
  }

  dial(number: string): Promise<boolean> {
    return this.operate("Dial", `/me/devices/${this.state.devices[0]?.id}/calls`, "Dial", { destination: { phoneNumber: number } });
  }

  /** Whom the directory knows by a part of their name or number; nobody where there is no directory. */
  async search(text: string): Promise<Contact[]> {
    const query = new URLSearchParams({ filterName: "NamesOrPhoneNumberMatches", filterParameters: `*${text}*`, limit: "8" });
    return ask<{ contacts?: Contact[] }>("GET", `/contacts?${query}`).then(
      (answer) => answer.contacts ?? [],
      () => [],
    );
  }

  voiceState(operationName: string): Promise<boolean> {
    return this.operate(operationName, "/me/channels/voice", operationName);
  }

  /** The voice state of an agent whom the user supervises. */
  stateOf(user: User, operationName: string): Promise<boolean> {
    return this.operate(`${user.id} ${operationName}`, `/users/${user.id}/channels/voice`, operationName);
  }

  ofDevice(operationName: string, more: Record<string, unknown> = {}): Promise<boolean> {
    return this.operate(`device ${operationName}`, `/me/devices/${this.state.devices[0]?.id}`, operationName, more);
  }

  /** Ends the monitoring, and leaves the call it led to: the one does not end the other. */
  async stopWatching(): Promise<boolean> {
    const call = watchedCall(this.state);
    if (!(await this.ofDevice("CancelSupervisorMonitoring"))) return false;
    if (call && this.state.calls.some((each) => each.id === call.id)) await this.ofCall(call, "Hangup");
    return true;
  }

  private async while(what: string, act: () => Promise<void>): Promise<void> {
    this.dispatch({ type: "busy", what, begins: true });
    try {
      await act();
    } finally {
      this.dispatch({ type: "busy", what, begins: false });
    }
  }

  private async fail(error: unknown): Promise<void> {
    if (error instanceof Refused && error.isSignedOut) return this.showLogin(texts().login.over);
    this.dispatch({ type: "problem", text: said(error) });
    if (error instanceof Refused && error.status === 0) void this.reach();
  }
}

/** In the server's words; where there are none, that it does not answer. */
function said(error: unknown): string {
  return error instanceof Refused && error.message ? error.message : texts().unreachable;
}

export const desk = new Desk();
