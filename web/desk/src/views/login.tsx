import { useState } from "preact/hooks";
import { desk } from "../desk";
import type { State } from "../state";
import { texts } from "../texts";
import type { DemoUser } from "../wire";

const kShown = 4; // of the demo's users, before somebody asks for more

function DemoUsers({ users }: { users: DemoUser[] }) {
  const role = (user: DemoUser) => texts().login.roles[user.roles.at(-1) ?? ""] ?? "";
  return (
    <ul class="demo">
      {users.map((user) => (
        <li key={user.userName}>
          <button type="button" onClick={() => void desk.signIn(user.userName, user.password)}>
            <b>
              {user.firstName} {user.lastName}
            </b>
            <span>
              {role(user)} · {user.userName} / {user.password}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Supervisors first: they have most to see. */
function Demo({ users }: { users: DemoUser[] }) {
  const t = texts();
  const isAgent = (user: DemoUser) => Number(!user.roles.includes("ROLE_SUPERVISOR"));
  const sorted = [...users].sort((one, other) => isAgent(one) - isAgent(other));
  return (
    <section aria-labelledby="demo">
      <p id="demo">{t.login.demo}</p>
      <DemoUsers users={sorted.slice(0, kShown)} />
      {sorted.length > kShown ? (
        <details>
          <summary>{t.login.more(sorted.length - kShown)}</summary>
          <DemoUsers users={sorted.slice(kShown)} />
        </details>
      ) : null}
    </section>
  );
}

export function Login({ state }: { state: State }) {
  const t = texts();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  return (
    <main class="login" id="content">
      <h1 class="logo">
        ear<i>shot</i>
      </h1>
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void desk.signIn(name, password);
        }}
      >
        <h2>{t.login.title}</h2>
        {state.problem ? (
          <p role="alert" class="problem">
            {state.problem}
          </p>
        ) : null}
        <label>
          {t.login.user}
          <input name="userName" autocomplete="username" required autofocus value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label>
          {t.login.password}
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" disabled={state.busy.includes("login")}>
          {t.login.submit}
        </button>
        {state.demoUsers.length ? <Demo users={state.demoUsers} /> : <p class="note">{t.login.empty}</p>}
      </form>
    </main>
  );
}
