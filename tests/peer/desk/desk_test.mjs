// The desk among real peers: signing in, a call taken by click, supervision by click while the robots' tones tell who
// hears whom, a lost connection, a restarted server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Centre, kAgent, kPassword, kSupervisor } from "./centre.mjs";
import { launch, Window } from "./browser.mjs";
import { until } from "./waiting.mjs";

// The agent's phone rings until the desk answers; the supervisor's picks up by itself.
const kPhones = [
  ["5000", "440"],
  ["5001", "620"],
  ["5005", "910:20"],
];

let browser;
let centre;
let agent;
let supervisor;

before(async () => {
  browser = await launch();
  centre = await Centre.start([], kPhones);
  await centre.open();
});
after(async () => {
  await browser?.close();
  await centre?.stop();
});

const desk = () => `http://${centre.http}/`;
const card = () => agent.page.locator("article.call");
const in_state = (state) => agent.page.locator(`article.call.is-${state}`).waitFor();

/** The page is whole: nothing against the policy, the server or accessibility happened on it. */
async function is_sound(window) {
  assert.deepEqual(await window.misdeeds(), []);
  assert.deepEqual(await window.violations(), []);
}
async function hears(wanted) {
  await until(`the phones hear ${JSON.stringify(wanted)}`, async () => {
    const matrix = await centre.hears();
    return Object.entries(wanted).every(([number, list]) => JSON.stringify([...(matrix[number] ?? [])].sort()) === JSON.stringify(list));
  });
}

test("the desk comes from memory, compressed, under a strict policy", async () => {
  const answer = await fetch(desk(), { headers: { "Accept-Encoding": "gzip" } });
  const html = await answer.text();
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-security-policy"), /default-src 'none'; script-src 'self'/);
  assert.doesNotMatch(answer.headers.get("content-security-policy"), /unsafe|http/);
  const again = await fetch(desk(), { headers: { "If-None-Match": answer.headers.get("etag") } });
  assert.equal(again.status, 304);
  const script = await fetch(new URL(/src="([^"]+)"/.exec(html)[1], desk()));
  assert.match(script.headers.get("cache-control"), /immutable/);
  assert.equal((await fetch(`${desk()}floor`)).status, 200);
  assert.equal((await fetch(`${desk()}nothing`)).status, 404);
});

test("a wrong password is told, and the right one opens the desk", async () => {
  agent = await Window.open(browser, desk());
  await agent.page.getByLabel("Password").waitFor();
  await is_sound(agent);
  assert.equal(await agent.page.getByText("This is the demo").count(), 0);
  await agent.page.getByLabel("User name").fill(kAgent);
  await agent.page.getByLabel("Password").fill("wrong");
  await agent.button("Sign in").click();
  await agent.page.getByText("User name or password is wrong.").waitFor();
  await agent.sign_in(kAgent, kPassword);
  await agent.page.getByText("No call.").waitFor();
  await is_sound(agent);
});

test("an agent changes their state by click", async () => {
  await agent.button("Not ready").click();
  await agent.page.locator(".status.is-NotReady").first().waitFor();
  await agent.button("Ready").click();
  await agent.page.locator(".status.is-Ready").first().waitFor();
  const { channels } = await centre.api(kAgent, "GET", "/me/channels");
  assert.equal(channels[0].userState.state, "Ready");
});

test("a call is taken by click, and the two hear each other", async () => {
  centre.tell_robots("dial 5000 5001");
  await in_state("Ringing");
  assert.match(await agent.page.title(), /Ringing/);
  await is_sound(agent);
  const hold = agent.button("Hold", card());
  assert.equal(await hold.getAttribute("aria-disabled"), "true");
  await hold.focus();
  await card().getByRole("tooltip", { name: /answered|established/i }).first().waitFor();
  await agent.button("Answer", card()).click();
  await in_state("Established");
  await hears({ 5000: ["5001"], 5001: ["5000"] });
  await is_sound(agent);
});

test("hold, retrieve and attached data, by keyboard alone", async () => {
  await agent.button("Hold", card()).focus();
  await agent.page.keyboard.press("Enter");
  await in_state("Held");
  await agent.button("Retrieve", card()).focus();
  await agent.page.keyboard.press("Space");
  await in_state("Established");
  await card().getByLabel("Name", { exact: true }).fill("Account");
  await agent.page.keyboard.press("Tab");
  await agent.page.keyboard.type("204-77");
  await agent.page.keyboard.press("Enter");
  const value = card().getByLabel("Account");
  await value.waitFor();
  assert.equal(await value.inputValue(), "204-77");
  await value.fill("204-78");
  await agent.page.keyboard.press("Enter");
  await until("the server has the new value", async () => {
    const { calls } = await centre.api(kAgent, "GET", "/me/calls?fields=*");
    return calls[0].userData.Account === "204-78";
  });
});

test("without a connection nothing can be clicked; it comes back by itself with what was missed", async () => {
  await agent.page.evaluate(() => (globalThis.isSamePage = true));
  await agent.context.setOffline(true);
  // The page may have been told before the click gets there: then the button is disabled already.
  await agent.button("Hold", card()).click({ timeout: 500 }).catch(() => {});
  await agent.page.getByText("Connection lost.").waitFor();
  for (const button of await card().getByRole("button").all()) assert.ok(await button.isDisabled());
  await centre.api(kAgent, "POST", `/me/calls/${(await centre.api(kAgent, "GET", "/me/calls?fields=*")).calls[0].id}`, {
    operationName: "UpdateUserData",
    userData: { Account: "meanwhile" },
  });
  await agent.context.setOffline(false);
  await agent.page.getByText("Connection lost.").waitFor({ state: "detached" });
  await until("what was missed is shown", async () => (await card().getByLabel("Account").inputValue()) === "meanwhile");
  assert.equal(await agent.page.evaluate(() => globalThis.isSamePage), true);
});

test("hanging up by click ends the call, which may be given its result", async () => {
  await agent.button("Hang up", card()).click();
  await agent.page.getByText("is over").waitFor();
  await agent.page.getByLabel("Disposition").fill("solved");
  await agent.button("Save").click();
  await agent.page.getByText("Saved").waitFor();
  await is_sound(agent);
});

const tile = () => supervisor.page.locator(".tile", { hasText: "5001" });
/** What the drawing says: for each listener's number the numbers of those they hear. */
const drawn = () =>
  supervisor.page.locator(".way.open").evaluateAll((ways) => {
    const heard = { 5000: [], 5001: [], 5005: [] };
    for (const { dataset } of ways) heard[dataset.listener]?.push(dataset.speaker);
    for (const list of Object.values(heard)) list.sort();
    return heard;
  });
/** The mode is in force, the drawing says so, and so do the phones' tones. */
async function is_heard(mode, wanted) {
  await tile().locator("button[aria-pressed=true]", { hasText: mode }).waitFor();
  await until("the drawing is as it should be", async () => JSON.stringify(await drawn()) === JSON.stringify(wanted));
  assert.equal(await supervisor.page.locator(".way.shut").count(), 6 - Object.values(wanted).flat().length);
  await hears(wanted);
}
const kUnheard = { 5000: ["5001"], 5001: ["5000"], 5005: ["5000", "5001"] };
const kHeard = { 5000: ["5001", "5005"], 5001: ["5000", "5005"], 5005: ["5000", "5001"] };
const kCoached = { 5000: ["5001"], 5001: ["5000", "5005"], 5005: ["5000", "5001"] };

test("a supervisor sees the wall, and what each mode will do before it is clicked", async () => {
  supervisor = await Window.open(browser, desk());
  await supervisor.sign_in(kSupervisor, kPassword);
  await tile().waitFor();
  assert.match(supervisor.page.url(), /\/$/);
  await tile().getByRole("button", { name: "Coach" }).hover();
  await tile().getByText("will hear you, the customer will not.").waitFor();
  await is_sound(supervisor);
});

test("a supervisor sets an agent's state by click, and the agent sees it", async () => {
  await tile().getByRole("button", { name: kAgent }).click();
  const panel = supervisor.page.locator(".live");
  for (const [name, state] of [
    ["Not ready", "NotReady"],
    ["Ready", "Ready"],
  ]) {
    await supervisor.button(name, panel).click();
    await agent.page.locator(`.side .status.is-${state} time`).waitFor();
    await supervisor.page.locator(`.tile.is-${state}`, { hasText: "5001" }).waitFor();
  }
  await is_sound(supervisor);
});

test("listen, barge in and listen by click on the wall: the drawing is what the phones hear", async () => {
  centre.tell_robots("dial 5000 5001");
  await in_state("Ringing");
  await agent.button("Answer", card()).click();
  await in_state("Established");
  await supervisor.button("Listen", tile()).click();
  await is_heard("Listen", kUnheard);
  await agent.page.getByText("A supervisor is in this call").waitFor();
  await supervisor.button("Barge in", tile()).click();
  await is_heard("Barge in", kHeard);
  await supervisor.button("Listen", tile()).click();
  await is_heard("Listen", kUnheard);
  await is_sound(supervisor);
});

test("what cannot be done says why, in the server's words", async () => {
  const coach = supervisor.button("Coach", tile());
  assert.equal(await coach.getAttribute("aria-disabled"), "true");
  await coach.focus();
  await until("the reason is shown", async () => (await tile().getByRole("tooltip").allInnerTexts()).some((text) => text.length > 10));
  await coach.press("Enter"); // does nothing
  await is_heard("Listen", kUnheard);
});

test("who stops watching leaves the call, and may coach in it", async () => {
  await supervisor.button("Stop watching").click();
  await supervisor.page.locator(".hearing").waitFor({ state: "detached" });
  await hears({ 5000: ["5001"], 5001: ["5000"], 5005: [] });
  await supervisor.button("Coach", tile()).click();
  await is_heard("Coach", kCoached);
  await is_sound(supervisor);
  await agent.button("Hang up", card()).click();
  await supervisor.page.getByText("The next call appears here by itself.").waitFor();
});

test("the pages fit a phone, and are dark where the system is", async () => {
  for (const [user, place] of [
    [kAgent, "agent"],
    [kSupervisor, "floor"],
  ]) {
    const small = await Window.open(browser, `${desk()}${place}`, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
    await small.sign_in(user, kPassword);
    await small.page.locator(`main.${place}`).waitFor();
    const width = await small.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `${place} is ${width} wide`);
    await is_sound(small);
    await small.context.close();
  }
});

test("in German no text is missing", async () => {
  await supervisor.page.getByLabel("Language").selectOption("de");
  await supervisor.button("Abmelden").waitFor();
  assert.equal(await supervisor.page.evaluate(() => document.documentElement.lang), "de");
  await is_sound(supervisor);
});

test("a restarted server asks to sign in again, in the same page", async () => {
  await centre.restart();
  await agent.page.getByText("Your session has ended.").waitFor({ timeout: 30_000 });
  assert.equal(await agent.page.evaluate(() => globalThis.isSamePage), true);
  await agent.sign_in(kAgent, kPassword);
});
