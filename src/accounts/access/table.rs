//! The table. A call is added by a row here: a sentence, the rule, the call as the contract writes it.
//!
//! Phases by their first letters, **U**pcoming to **A**nnounced; `*` all, `-` none. Outside its phases a call answers 409
//! `wrong_phase`, or 404 where the row says `hidden`.

use super::{Recent, Rule, any_link, everyone, link, only, signed_in};
use crate::http::links::LinkKind;

/// Makes [`Action`] of the rows.
macro_rules! access {
    ($(#[doc = $sentence:literal] $action:ident: $rule:expr, $calls:expr;)+) => {
        /// What is asked for: a row of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $(#[doc = $sentence] $action),+ }

        impl Action {
            /// The rows, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$action),+];

            /// Who, and when.
            pub const fn rule(self) -> Rule {
                match self { $(Self::$action => const { $rule }),+ }
            }

            /// Its calls as the contract writes them, without `/api/v1`; a page by its pattern.
            pub const fn calls(self) -> &'static [&'static str] {
                match self { $(Self::$action => &$calls),+ }
            }

            /// What it is, in a sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$action => $sentence),+ }
            }
        }
    };
}

access! {
    // ——— Everybody ———
    /// Editions, as everyone may see them.
    SeeEditions: everyone("*"), ["GET /editions", "GET /editions/current", "GET /editions/{slug}"];
    /// Nominate somebody.
    Nominate: everyone("N"), ["POST /editions/{slug}/nominations"];
    /// Begin a nomination and be mailed the link to it.
    BeginDraft: everyone("N"), ["POST /editions/{slug}/drafts"];
    /// Confirm a nomination: the link's token stands in the body.
    Confirm: everyone("*"), ["POST /confirmations"];
    /// Have one's links sent again.
    AskForLinks: everyone("*"), ["POST /links"];
    /// Complain to the committee.
    Complain: everyone("*"), ["POST /complaints"];
    /// Winners.
    SeeWinners: everyone("A").hidden(), ["GET /editions/{slug}/winners", "GET /editions/{slug}/winners.csv"];
    /// Sign in, renew, accept an invitation, set a lost password: password or token stands in the body.
    SignIn: everyone("*"), [
        "POST /auth/login",
        "POST /auth/refresh",
        "POST /auth/invitations/accept",
        "POST /auth/password-reset",
        "POST /auth/password-reset/confirm",
    ];

    // ——— Whoever is signed in ———
    /// One's own account, sessions and password.
    OwnAccount: signed_in(), [
        "GET /me",
        "PATCH /me",
        "POST /auth/logout",
        "GET /me/sessions",
        "DELETE /me/sessions/{id}",
        "PUT /me/password",
    ];
    /// Remove one's own second factor. Outside a trial, organisers and approvers without one are let in by no row below.
    OwnSecondFactor: signed_in(), ["POST /auth/totp/remove"];
    /// Set one up: whoever finds a browser signed in must not make its account theirs.
    SetUpSecondFactor: signed_in().recent(Recent::Always), [
        "POST /auth/totp/enrol",
        "POST /auth/totp/confirm",
        "POST /{lang:en|ru}/account/second-factor",
        "GET /{lang:en|ru}/account/second-factor/set-up",
        "POST /{lang:en|ru}/account/second-factor/set-up",
    ];

    // ——— Judges ———
    /// Declare confidentiality and interests.
    Declare: only().judges("*"), ["GET /judge/declarations/{slug}", "PUT /judge/declarations/{slug}"];
    /// One's own assignments; another's is 404.
    ReadAssignments: only().judges("*"),
        ["GET /judge/assignments", "GET /judge/assignments/{id}", "GET /judge/assignments/{id}/recusal"];
    /// Score what was given to one.
    Score: only().judges("J"), ["PUT /judge/assignments/{id}/sheet"];
    /// Step aside.
    StepAside: only().judges("SJD"), ["POST /judge/assignments/{id}/recusal"];

    // ——— Translators ———
    /// What was given to one to translate; another's is 404.
    OwnTexts: only().translators("NSJD"), [
        "GET /translate/queue",
        "GET /translate/{text}",
        "PUT /translate/{text}",
        "GET /{lang:en|ru}/translate",
        "GET /{lang:en|ru}/translate/{text}",
        "POST /{lang:en|ru}/translate/{text}",
    ];

    // ——— An edition's office ———
    /// Make an edition: an organiser of any.
    MakeEdition: only().office("*"), ["POST /organise/editions"];
    /// The edition, as its organisers see it; an auditor is told the phase that the public is told.
    SeeEdition: only().office("*").auditors("*"), ["GET /organise/editions/{slug}"];
    /// Change it; from the seal on only contacts, places, senders and instants still to come.
    ChangeEdition: only().office("*"), ["PATCH /organise/editions/{slug}"];
    /// Its people: read.
    SeePeople: only().office("*"), ["GET /organise/editions/{slug}/people"];
    /// Invite, send again, withdraw.
    Invite: only().office("UNSJD"), [
        "POST /organise/editions/{slug}/people",
        "POST /organise/editions/{slug}/people/{id}/invitation",
        "DELETE /organise/editions/{slug}/people/{id}/invitation",
    ];
    /// Remove somebody; after judging their sheets stand.
    Remove: only().office("*"), ["DELETE /organise/editions/{slug}/people/{id}"];
    /// Nominations: read.
    SeeNominations: only().office("*"),
        ["GET /organise/editions/{slug}/nominations", "GET /organise/editions/{slug}/nominations/{id}"];
    /// Type what came on paper; a second organiser confirms it.
    EnterPaper: only().office("NS"), [
        "POST /organise/editions/{slug}/nominations",
        "POST /organise/editions/{slug}/nominations/{id}/confirm",
        "PUT /organise/editions/{slug}/nominations/{id}/letters/{n}",
    ];
    /// Screen a nomination; letting in ends with judging.
    Screen: only().office("NSJD"), ["PATCH /organise/editions/{slug}/nominations/{id}"];
    /// Likely duplicates: read.
    SeeDuplicates: only().office("*"), ["GET /organise/editions/{slug}/nominations/{id}/duplicates"];
    /// Say that two nominations are not of one nominee.
    TellApart: only().office("NSJD"), ["PUT /organise/editions/{slug}/nominations/{id}/duplicates/{other}"];
    /// Merge nominations of one nominee, and part them again.
    Merge: only().office("NSJ"), [
        "POST /organise/editions/{slug}/nominations/{id}/merge",
        "POST /organise/editions/{slug}/nominations/{id}/unmerge",
    ];
    /// Mark a person at risk; black out words for judges.
    Safeguard: only().office("NSJD"), [
        "PUT /organise/editions/{slug}/nominations/{id}/sensitive",
        "PUT /organise/editions/{slug}/nominations/{id}/redactions",
    ];
    /// A text of a nomination and its translation: read; a translator reads what was given to them, another's is 404.
    SeeTranslation: only().translators("NSJD").office("*"), [
        "GET /organise/editions/{slug}/nominations/{id}/translations/{language}",
        "GET /organise/editions/{slug}/nominations/{id}/letters/{n}/translation/{language}",
    ];
    /// Translate it; a translator what was given to them, another's is 404.
    Translate: only().translators("NSJD").office("NSJD"), [
        "PUT /organise/editions/{slug}/nominations/{id}/translations/{language}",
        "PUT /organise/editions/{slug}/nominations/{id}/letters/{n}/translation/{language}",
    ];
    /// Texts without a translation that holds: read.
    SeeUntranslated: only().office("*"),
        ["GET /organise/editions/{slug}/translations", "GET /{lang:en|ru}/organise/{slug}/translations"];
    /// Say who translates a text.
    NameTranslator: only().office("NSJD"), [
        "PUT /organise/editions/{slug}/translations/{text}/translator",
        "POST /{lang:en|ru}/organise/{slug}/translations",
    ];
    /// Ask a nominator.
    AskNominator: only().office("NSJD"), ["POST /organise/editions/{slug}/nominations/{id}/questions"];
    /// What was asked, and answered.
    SeeQuestions: only().office("*"), ["GET /organise/editions/{slug}/nominations/{id}/questions"];
    /// Counts by category, city, language, day.
    SeeStatistics: only().office("*").auditors("UNSJ"), ["GET /organise/editions/{slug}/statistics"];
    /// Take in what stands in a file.
    Import: only().office("NS"), [
        "POST /organise/editions/{slug}/nominations/import",
        "GET /{lang:en|ru}/organise/{slug}/import",
        "POST /{lang:en|ru}/organise/{slug}/import",
        "POST /{lang:en|ru}/organise/{slug}/import/all",
        "POST /{lang:en|ru}/organise/{slug}/import/leave",
    ];
    /// Nominations as a file.
    ExportNominations: only().office("*").recent(Recent::UntilRelease), [
        "GET /organise/editions/{slug}/exports/nominations.csv",
        "GET /organise/editions/{slug}/exports/nominations.xlsx",
        "GET /{lang:en|ru}/organise/{slug}/exports",
    ];
    /// Complaints: read, say that one is acknowledged.
    Complaints: only().office("*"), [
        "GET /organise/editions/{slug}/complaints",
        "POST /organise/editions/{slug}/complaints/{id}/acknowledge",
    ];
    /// The machine's clock: read, say that it is right.
    Clock: only().approvers("*"), ["GET /organise/editions/{slug}/clock", "POST /organise/editions/{slug}/clock"];
    /// Record how a nominee was told.
    RecordNotice: only().office("NSJD"), ["PUT /organise/editions/{slug}/nominations/{id}/notice"];
    /// Plan who reads what, and make it real.
    Plan: only().office("SJ"),
        ["POST /organise/editions/{slug}/assignments/plan", "POST /organise/editions/{slug}/assignments/apply"];
    /// Plans and assignments: read.
    SeeAssignments: only().office("*"),
        ["GET /organise/editions/{slug}/assignments/plan/{id}", "GET /organise/editions/{slug}/assignments"];
    /// How far judging is; chairs see their own panel's.
    SeeProgress: only().chairs("JD").office("*").auditors("UNSJ"), ["GET /organise/editions/{slug}/progress"];

    // ——— Results ———
    /// Results, rulings, decisions: read.
    SeeResults: only().office("DEA"), [
        "GET /organise/editions/{slug}/results",
        "GET /organise/editions/{slug}/results/digest",
        "GET /organise/editions/{slug}/rulings/{category}",
        "GET /organise/editions/{slug}/decisions/{category}",
    ];
    /// Rule and decide, until the decision lock.
    Decide: only().office("D"),
        ["PUT /organise/editions/{slug}/rulings/{category}", "PUT /organise/editions/{slug}/decisions/{category}"];
    /// Sign for one's own city.
    SignOff: only().approvers("D"), ["POST /organise/editions/{slug}/sign-off"];
    /// Open what was signed again, until the decision lock.
    Reopen: only().office("D"), ["POST /organise/editions/{slug}/reopen"];
    /// The bundle.
    SeeBundle: only().office("DEA").auditors("A").recent(Recent::UntilRelease),
        ["GET /organise/editions/{slug}/bundle"];
    /// Winners, with what the office alone may know.
    ExportWinners: only().office("DEA").recent(Recent::UntilRelease),
        ["GET /organise/editions/{slug}/exports/winners.csv", "GET /organise/editions/{slug}/exports/winners.json"];

    // ——— The announcement ———
    /// The guards; a letter to oneself.
    SeeAnnouncement: only().office("DEA"),
        ["GET /organise/editions/{slug}/announcement", "POST /organise/editions/{slug}/announcement/test-send"];
    /// The letters as they will be; say that one has read them.
    ReadLetters: only().office("EA"),
        ["GET /organise/editions/{slug}/announcement/preview", "POST /organise/editions/{slug}/announcement/read"];
    /// Queue the letters.
    Schedule: only().office("E").recent(Recent::Always), ["POST /organise/editions/{slug}/announcement/schedule"];
    /// Stop what has not left.
    Stop: only().office("EA"), ["POST /organise/editions/{slug}/announcement/stop"];
    /// Go on after a stop.
    Resume: only().approvers("EA").recent(Recent::Always), ["POST /organise/editions/{slug}/announcement/resume"];
    /// Winners' replies, and who calls whom.
    Replies: only().office("EA"), [
        "GET /organise/editions/{slug}/replies",
        "PUT /organise/editions/{slug}/replies/{nomination}",
        "PUT /organise/editions/{slug}/callers/{nomination}",
    ];
    /// The edition's mail.
    Messages: only().office("*"), [
        "GET /organise/editions/{slug}/messages",
        "GET /organise/editions/{slug}/messages/{id}",
        "POST /organise/editions/{slug}/messages/{id}/retry",
        "POST /organise/editions/{slug}/messages/{id}/cancel",
    ];
    /// Say what became of a message of which nobody knows whether it left.
    Settle: only().office("*").recent(Recent::Always), ["POST /organise/editions/{slug}/messages/{id}/settle"];

    /// The audit's chain and its head; an auditor gets a digest of what tells of the outcome.
    SeeAudit: only().office("*").auditors("*"),
        ["GET /organise/editions/{slug}/audit", "GET /organise/editions/{slug}/audit/head"];

    // ——— Whoever bears a link ———
    /// What a link opens.
    OpenLink: any_link(), ["GET /link"];
    /// A nomination not sent yet: go on with it, send it.
    Draft: link(LinkKind::Draft, "N").hidden(), ["GET /link/draft", "PATCH /link/draft", "POST /link/draft/submit"];
    /// A nominator's own nomination.
    OwnNomination: link(LinkKind::Nomination, "*"), ["GET /link/nomination", "GET /link/question"];
    /// Answer what organisers ask about it.
    AnswerQuestion: link(LinkKind::Nomination, "NSJD"), ["POST /link/question"];
    /// Change or withdraw it.
    ChangeOwnNomination: link(LinkKind::Nomination, "N"), ["PATCH /link/nomination", "DELETE /link/nomination"];
    /// A supporter's letter.
    Letter: link(LinkKind::Letter, "NS").hidden(),
        ["GET /link/letter", "PUT /link/letter", "POST /link/letter/decline"];
    /// A nominee's notice: what is held, the name withheld, an objection, a copy.
    Notice: link(LinkKind::Notice, "*"),
        ["GET /link/notice", "PUT /link/notice", "POST /link/notice/objection", "POST /link/notice/access"];
    /// What a winner is told.
    ReadReply: link(LinkKind::Reply, "EA").hidden(), ["GET /link/reply"];
    /// A winner's reply, until the organisers telephone.
    GiveReply: link(LinkKind::Reply, "E"), ["PUT /link/reply"];
    /// No more mail of a kind.
    Unsubscribe: link(LinkKind::Unsubscribe, "*"), ["POST /link/unsubscribe"];
}
