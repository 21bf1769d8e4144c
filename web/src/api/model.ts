// What the API answers, by the names that the screens use. `types.d.ts` is generated from the OpenAPI text (npm run api-types).

import type { components } from "./types";

type Schemas = components["schemas"];

export type AudienceSide = Schemas["Question"]["audience"];
export type Verdict = Schemas["Reason"]["verdict"];
export type RoleName = Schemas["PersonRow"]["role"];
export type StageName = Schemas["PersonRow"]["stage"];
export type PeopleOrder = "last_seen" | "money" | "purchases";
/** A figure for each part of the audience; the parts add up to `all`. */
export type ByAudience<T> = Record<AudienceSide, T>;

export type Money = Schemas["Money"];
export type Balance = Schemas["Balance"];
export type Share = Schemas["Share"];
export type QuestionEcho = Schemas["Question"];

export type Session = Schemas["Session"];
export const signedOut = (hasTeam: boolean, provider: string | null = null): Session => ({ access: "none", scopes: [], workspaces: [], member: null, has_team: hasTeam, provider });
export type Member = Schemas["Member"];
export type TeamRole = Member["role"];
export type Team = Schemas["Team"];
export type Invitation = Schemas["Invitation"];
export type Audit = Schemas["Audit"];
export type WorkspaceSummary = Schemas["Workspace"];
export type WorkspaceList = Schemas["WorkspaceList"];
export type Workspace = Schemas["WorkspaceDetail"];

export type RoleFigures = Schemas["RoleFigures"];
export type RolesReport = Schemas["RolesReport"];
export type StageFigures = Schemas["StageFigures"];
export type StagesReport = Schemas["StagesReport"];
export type Flow = Schemas["Flow"];
export type FlowsReport = Schemas["FlowsReport"];
export type StepFigures = Schemas["AarrrStep"];
export type AarrrReport = Schemas["AarrrReport"];
export type PollutedStep = Schemas["PollutedStep"];
export type PollutionReport = Schemas["PollutionReport"];
export type ChannelFigures = Schemas["Channel"];
export type ChannelVerdict = ChannelFigures["verdict"];
export type ChannelsReport = Schemas["ChannelsReport"];
export type SpikesReport = Schemas["SpikesReport"];

export type Identifier = Schemas["Identifier"];
export type PersonRow = Schemas["PersonRow"];
export type PeopleReport = Schemas["PeopleReport"];
export type Reason = Schemas["Reason"];
export type Link = Schemas["Link"];
export type Trait = Schemas["Trait"];
export type Movement = Schemas["Movement"];
export type RoleVerdict = Schemas["RoleVerdict"];
export type StageVerdict = Schemas["StageVerdict"];
export type PersonRhythm = Schemas["PersonRhythm"];
export type PersonValue = Schemas["PersonValue"];
export type Person = Schemas["Person"];
export type TimelineEvent = Schemas["TimelineEvent"];
export type Timeline = Schemas["Timeline"];
export type CriteriaCheck = Schemas["CriteriaCheck"];

export type FunnelReport = Schemas["FunnelReport"];
export type FunnelFigures = Schemas["FunnelFigures"];
export type RetentionReport = Schemas["RetentionReport"];
export type GrowthReport = Schemas["GrowthReport"];
export type StageHistoryReport = Schemas["StageHistoryReport"];
export type SecondPurchaseReport = Schemas["SecondPurchaseReport"];
export type RhythmReport = Schemas["RhythmReport"];
export type ReadinessReport = Schemas["ReadinessReport"];
export type PathsReport = Schemas["PathsReport"];
export type AttributionReport = Schemas["AttributionReport"];
export type ContrastReport = Schemas["ContrastReport"];
export type ContrastLine = Schemas["ContrastLine"];
export type CriteriaNames = Schemas["CriteriaNames"];
export type SavedQuestion = Schemas["SavedQuestion"];
export type SavedQuestionBody = Schemas["SavedQuestionBody"];
export type SavedLens = Schemas["SavedLens"];
export type Board = Schemas["Board"];
export type BoardTile = Schemas["BoardTile"];
export type BoardAnswer = Schemas["BoardAnswer"];
export type ForecastReport = Schemas["ForecastReport"];
export type ForecastCheck = Schemas["ForecastCheck"];
export type EquityReport = Schemas["EquityReport"];
export type ContractsReport = Schemas["ContractsReport"];
export type TodayReport = Schemas["TodayReport"];
export type TodayFinding = Schemas["TodayFinding"];
export type MapReport = Schemas["MapReport"];
export type MapPlace = Schemas["MapPlace"];
export type CrossSellReport = Schemas["CrossSellReport"];
export type AssortmentReport = Schemas["AssortmentReport"];
export type ScenarioReport = Schemas["ScenarioReport"];
export type PropensityReport = Schemas["PropensityReport"];
export type UpliftReport = Schemas["UpliftReport"];
export type RecurringReport = Schemas["RecurringReport"];
export type CostsReport = Schemas["CostsReport"];
/** A report as it comes: with the question that was asked, every switch told. */
export type Answered<T> = T & { ask: Record<string, unknown>; question: QuestionEcho };

export type Config = Schemas["Config"];
export type Upload = Schemas["Upload"];
export type UploadList = Schemas["UploadList"];
export type ImportPreview = Schemas["ImportPreview"];
export type ImportJob = Schemas["ImportJob"];
export type ImportList = Schemas["ImportList"];
export type Import = Schemas["Import"];
export type FileEvent = Schemas["FileEvent"];
export type Arrival = Schemas["Arrival"];
export type Arrivals = Schemas["Arrivals"];
export type PreviewReport = Schemas["PreviewReport"];
export type PreviewMatrix = Schemas["PreviewMatrix"];
