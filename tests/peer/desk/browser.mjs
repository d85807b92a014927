// A browser and its pages, watched for whatever must not happen on any of them.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const kAxe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const kRules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const kPatience = 10_000; // ms

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

/** One user's browser: a context of its own, so that its cookies are. */
export class Window {
  /** @param options  of playwright's newContext */
  static async open(browser, url, options = {}) {
    const window = new Window();
    window.context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
    window.context.setDefaultTimeout(kPatience);
    await window.context.addInitScript(() => {
      globalThis.refusedByPolicy = [];
      document.addEventListener("securitypolicyviolation", (event) => refusedByPolicy.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
    window.page = await window.context.newPage();
    window.page.on("pageerror", (error) => window.errors.push(error.message));
    window.page.on("request", (request) => {
      if (new URL(request.url()).origin !== new URL(url).origin) window.foreign.push(request.url());
    });
    await window.page.goto(url);
    return window;
  }
  errors = [];
  foreign = []; // requests to anywhere but the server

  async sign_in(user, password) {
    await this.page.getByLabel("User name").fill(user);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.getByRole("button", { name: "Sign out" }).waitFor();
  }
  button(name, within = this.page) {
    return within.getByRole("button", { name, exact: true });
  }

  /** What axe-core finds against WCAG 2.2 AA and good practice, as lines. Pages' policies do not bind the debugger. */
  async violations() {
    await this.page.evaluate(`${kAxe};0`);
    const found = await this.page.evaluate((values) => axe.run(document, { runOnly: values }), kRules);
    return found.violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 200)}`));
  }
  /** Errors of scripts, refusals by the Content-Security-Policy, requests to elsewhere. */
  async misdeeds() {
    return [...this.errors, ...this.foreign, ...(await this.page.evaluate(() => refusedByPolicy))];
  }
}
