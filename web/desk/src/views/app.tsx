import { useEffect, useState } from "preact/hooks";
import { desk } from "../desk";
import type { State } from "../state";
import { language, languages, speak, texts } from "../texts";
import { toggleTheme } from "../theme";
import { isSupervisor, nameOf } from "../wire";
import { Agent } from "./agent";
import { Floor } from "./floor";
import { Login } from "./login";

/** The page in the address: /agent, /floor; at / it is the one of the user's role. */
function usePath(): [string, (path: string) => void] {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const follow = () => setPath(location.pathname);
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  return [
    path,
    (to) => {
      history.pushState(null, "", to);
      setPath(to);
    },
  ];
}

function Header({ state, page, go, spoke }: { state: State; page: string; go: (path: string) => void; spoke: () => void }) {
  const t = texts();
  const user = state.user!;
  const pages: [string, string][] = isSupervisor(user)
    ? [
        ["/floor", t.nav.floor],
        ["/agent", t.nav.agent],
      ]
    : [["/agent", t.nav.agent]];
  return (
    <header class="top">
      <a class="skip" href="#content">
        {t.skip}
      </a>
      <span class="logo">
        ear<i>shot</i>
      </span>
      <nav aria-label={t.nav.label}>
        {pages.map(([path, name]) => (
          <a
            key={path}
            href={path}
            aria-current={page === path ? "page" : undefined}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              go(path);
            }}
          >
            {name}
          </a>
        ))}
      </nav>
      <div class="me">
        {state.devices[0] ? (
          <span class="pill">
            {t.phone.mine(state.devices[0].phoneNumber)} · {state.devices[0].deviceState === "Active" ? t.phone.there : t.phone.off}
          </span>
        ) : null}
        <span>{nameOf(user)}</span>
        <label>
          <span class="hidden">{t.menu.language}</span>
          <select
            value={language()}
            onChange={(event) => {
              speak(event.currentTarget.value);
              spoke();
            }}
          >
            {languages().map(([code, name]) => (
              <option key={code} value={code} lang={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" aria-label={t.menu.theme} onClick={toggleTheme}>
          <span aria-hidden="true">◐</span>
        </button>
        <button type="button" onClick={() => void desk.signOut()}>
          {t.menu.signOut}
        </button>
      </div>
    </header>
  );
}

/** What went wrong, and that the connection is lost: told to screen readers as they come. */
function Notices({ state }: { state: State }) {
  const t = texts();
  return (
    <div class="notices">
      <div role="status">
        {state.connection === "connected" ? null : <p class={`notice is-${state.connection}`}>{t.connection[state.connection]}</p>}
      </div>
      <div role="alert">
        {state.problem ? (
          <p class="notice is-problem">
            {state.problem}{" "}
            <button type="button" class="small" onClick={() => desk.dispatch({ type: "problem" })}>
              {t.close}
            </button>
          </p>
        ) : null}
      </div>
    </div>
  );
}

function Starting() {
  return (
    <main class="login">
      <h1 class="hidden">Earshot</h1>
      <p class="note">{texts().loading}</p>
    </main>
  );
}

export function App() {
  const [state, setState] = useState(desk.state);
  const [, setSpoken] = useState(0);
  const [path, go] = usePath();
  useEffect(() => desk.onChange(() => setState(desk.state)), []);
  const rings = state.calls.find((each) => each.state === "Ringing" && !each.monitoring);
  useEffect(() => {
    document.title = rings ? `● ${texts().states.Ringing} – Earshot` : "Earshot";
  }, [rings]);
  if (state.phase === "starting") return <Starting />;
  if (state.phase === "signedOut" || !state.user) return <Login state={state} />;
  const home = isSupervisor(state.user) ? "/floor" : "/agent";
  const page = path === "/floor" && isSupervisor(state.user) ? "/floor" : path === "/agent" ? "/agent" : home;
  return (
    <>
      <Header state={state} page={page} go={go} spoke={() => setSpoken((count) => count + 1)} />
      <Notices state={state} />
      {page === "/floor" ? <Floor state={state} /> : <Agent state={state} />}
    </>
  );
}
