import { useLocation, useSearch } from "wouter";
import { readForm, writeForm, type Form } from "./address";

/** The form of the address, and a way to change it that "back" undoes. */
export function useForm(): { form: Form; change: (change: Partial<Form>) => void } {
  const [path, navigate] = useLocation();
  const search = useSearch();
  return {
    form: readForm(new URLSearchParams(search)),
    change: (change) => {
      const text = writeForm(search, change);
      navigate(text === "" ? path : `${path}?${text}`);
    },
  };
}
