import type { ReactElement } from "react";
import { PeoplePage } from "../people/PeoplePage";
import { PersonPage } from "../person/PersonPage";
import type { ScreenProps } from "./screens";

/** The list, and behind it one person. */
export function PeopleScreen({ rest: [person] }: ScreenProps): ReactElement {
  return person === undefined ? <PeoplePage /> : <PersonPage key={person} person={person} />;
}
