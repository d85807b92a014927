import { useEffect, useId, useState } from "preact/hooks";
import { desk } from "../desk";
import type { Contact } from "../wire";

const kPause = 200; // ms without a key before the directory is asked

interface Props {
  label: string;
  value: string;
  onInput: (value: string) => void;
}

/** A number to call; names and parts of numbers are looked up in the directory. */
export function NumberInput({ label, value, onInput }: Props) {
  const id = useId();
  const [found, setFound] = useState<Contact[]>([]);
  useEffect(() => {
    const text = value.trim();
    if (text.length < 2) return setFound([]);
    let mine = true;
    const timer = setTimeout(async () => {
      const contacts = await desk.search(text);
      if (mine) setFound(contacts);
    }, kPause);
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, [value]);
  return (
    <label class="grow">
      <span class="hidden">{label}</span>
      <input autocomplete="off" list={id} placeholder={label} value={value} onInput={(event) => onInput(event.currentTarget.value)} />
      <datalist id={id}>
        {found.flatMap((each) =>
          each.phoneNumbers.map(({ phoneNumber }) => (
            <option key={phoneNumber} value={phoneNumber}>
              {each.name}
            </option>
          )),
        )}
      </datalist>
    </label>
  );
}
