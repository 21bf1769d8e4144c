import { useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import { useText } from "../text/Text";

export interface Choice {
  value: string;
  title: string;
}

export interface ComboboxProps {
  label: string;
  labelHidden?: boolean;
  value: string;
  choices: readonly Choice[];
  placeholder?: string;
  /** What is typed and no choice has is taken too: a name that no data has yet. */
  free?: boolean;
  onChange: (value: string) => void;
}

const shownAtOnce = 60;
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Choices that have what is typed, those that begin with it first. */
export function matching(choices: readonly Choice[], typed: string): Choice[] {
  const wanted = plain(typed.trim());
  if (wanted === "") return [...choices];
  const place = ({ title }: Choice): number => plain(title).indexOf(wanted);
  return choices.filter((choice) => place(choice) >= 0).sort((one, other) => Math.min(1, place(one)) - Math.min(1, place(other)));
}

/** A field with search: type, arrows and Enter, or click. The pattern of ARIA for a combobox with a list. */
export function Combobox({ label, labelHidden = false, value, choices, placeholder, free = false, onChange }: ComboboxProps): ReactElement {
  const { questions: text } = useText();
  const [typed, setTyped] = useState<string | null>(null);
  const [marked, setMarked] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const open = typed !== null;
  const title = choices.find((choice) => choice.value === value)?.title ?? value;
  const found = useMemo(() => (typed === null ? [] : matching(choices, typed === title ? "" : typed).slice(0, shownAtOnce)), [choices, typed, title]);

  const start = (): void => {
    if (open) return;
    setTyped(title);
    setMarked(Math.max(0, choices.slice(0, shownAtOnce).findIndex((choice) => choice.value === value)));
  };
  const choose = (chosen: string): void => {
    setTyped(null);
    if (chosen !== value) onChange(chosen);
  };
  const leave = (): void => {
    if (typed === null) return;
    const exact = choices.find((choice) => choice.title === typed.trim());
    if (exact !== undefined) choose(exact.value);
    else if (free) choose(typed.trim());
    else setTyped(null);
  };
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(found.length - 1, to));
    setMarked(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) start();
      else move(marked + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      const chosen = found[marked];
      if (chosen !== undefined && !(free && typed.trim() === "")) choose(chosen.value);
      else leave();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      setTyped(null);
    }
  };
  return (
    <div className="combobox">
      <label className={labelHidden ? "visually-hidden" : "field-label"} htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        type="text"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && found.length > 0 ? `${id}-${marked}` : undefined}
        value={typed ?? title}
        placeholder={placeholder}
        onFocus={(event) => event.target.select()}
        onClick={start}
        onChange={(event) => {
          setTyped(event.target.value);
          setMarked(0);
        }}
        onBlur={leave}
        onKeyDown={onKeyDown}
      />
      {/* A list that the field above steers: the roles of ARIA's combobox, on the elements that fit them best. */}
      <div className="choices" role="listbox" id={`${id}-list`} aria-label={label} ref={list} hidden={!open || found.length === 0}>
        {found.map((choice, index) => (
          // Keys go to the field, which never loses the focus; the list is for the pointer.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={choice.value}
            id={`${id}-${index}`}
            role="option"
            aria-selected={choice.value === value}
            data-marked={index === marked}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(choice.value)}
          >
            {choice.title}
          </div>
        ))}
      </div>
      {open && found.length === 0 && <p className="choices choices-none">{text.noSuchName}</p>}
    </div>
  );
}
