//! The audit: every act leaves an event in its own transaction, and a sealer binds the events into a chain.
//!
//! An event holds ids, words and times, never personal data; what people typed stands beside it ([`note`]) (S-AUD-2). It
//! gets its number and its hash later, from [`seal`], so that no request waits for another's hash. The rule by which
//! anybody can check the chain: `docs/decisions/0014-the-chain-binds-digests.md`.

pub mod canonical;
pub mod check;
pub mod event;
pub mod seal;
mod sight;
pub mod store;

pub use seal::{Head, head};
pub use sight::Sight;

use diesel::prelude::*;
use serde_json::Value as Json;

use crate::app::App;
use crate::clock::Time;
use crate::ids::{AccountId, EditionId, EventId};
use crate::keys::hex;
use crate::on_each;
use crate::store::schema::{audit_events, audit_notes};
use crate::store::{Conn, Stored};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody without an account or a link.
    Public,
    /// Whoever holds the link of a nomination, a letter, a notice or a reply.
    Link,
    /// Somebody who is signed in.
    Account(AccountId),
    /// Whoever runs the program.
    Operator,
    /// The service itself, by the clock.
    Service,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::Link => f.write_str("link"),
            Self::Account(id) => write!(f, "account:{id}"),
            Self::Operator => f.write_str("operator"),
            Self::Service => f.write_str("service"),
        }
    }
}

/// One request or run, as its use cases know it: who acts, and the one instant that decides everything about it
/// (S-JUD-4).
#[derive(Clone, Debug)]
pub struct Deed {
    /// When: taken once, when the request was complete.
    pub at: Time,
    /// Who.
    pub actor: Actor,
    /// The request's id: one of ours, never what the caller calls it (S-AUD-2).
    pub request: Option<String>,
}

impl Deed {
    /// What the service does by itself.
    pub fn of_service(app: &App) -> Self {
        Self { at: app.clock.now(), actor: Actor::Service, request: None }
    }

    /// What the operator does from the command line.
    pub fn of_operator(app: &App) -> Self {
        Self { at: app.clock.now(), actor: Actor::Operator, request: None }
    }
}

crate::word_enum! {
    /// What was done.
    #[allow(missing_docs, reason = "each variant says its word")]
    pub enum Act {
        EditionCreated = "edition_created",
        EditionChanged = "edition_changed",
        EditionSealed = "edition_sealed",
        EditionReopened = "edition_reopened",
        EditionReleased = "edition_released",
        PersonInvited = "person_invited",
        PersonAccepted = "person_accepted",
        PersonRemoved = "person_removed",
        ProfileChanged = "profile_changed",
        SignedIn = "signed_in",
        SignedOut = "signed_out",
        SessionFamilyEnded = "session_family_ended",
        PasswordChanged = "password_changed",
        PasswordReset = "password_reset",
        SecondFactorBegun = "second_factor_begun",
        SecondFactorConfirmed = "second_factor_confirmed",
        SecondFactorRemoved = "second_factor_removed",
        SecondFactorReset = "second_factor_reset",
        SecondFactorBlocked = "second_factor_blocked",
        RecoveryCodeUsed = "recovery_code_used",
        DraftKept = "draft_kept",
        NominationReceived = "nomination_received",
        NominationsImported = "nominations_imported",
        NominationConfirmed = "nomination_confirmed",
        NominationChanged = "nomination_changed",
        NominationWithdrawn = "nomination_withdrawn",
        NominationScreened = "nomination_screened",
        NominationMerged = "nomination_merged",
        NomineesToldApart = "nominees_told_apart",
        NominationMarked = "nomination_marked",
        WordsBlackedOut = "words_blacked_out",
        TranslatorNamed = "translator_named",
        TextTranslated = "text_translated",
        QuestionAsked = "question_asked",
        QuestionAnswered = "question_answered",
        LettersWaived = "letters_waived",
        LetterWritten = "letter_written",
        LetterDeclined = "letter_declined",
        NoticeGiven = "notice_given",
        NoticeChanged = "notice_changed",
        NoticeObjected = "notice_objected",
        AccessAsked = "access_asked",
        ComplaintMade = "complaint_made",
        ComplaintAcknowledged = "complaint_acknowledged",
        JudgeDeclared = "judge_declared",
        PlanMade = "plan_made",
        PlanApplied = "plan_applied",
        JudgeRecused = "judge_recused",
        SheetSaved = "sheet_saved",
        SheetSubmitted = "sheet_submitted",
        JudgingClosed = "judging_closed",
        RulingMade = "ruling_made",
        DecisionMade = "decision_made",
        ResultsRead = "results_read",
        ResultsSigned = "results_signed",
        BundleRead = "bundle_read",
        ExportMade = "export_made",
        PreviewSeen = "preview_seen",
        PreviewRead = "preview_read",
        TrialLetterSent = "trial_letter_sent",
        AnnouncementScheduled = "announcement_scheduled",
        AnnouncementRefused = "announcement_refused",
        AnnouncementStopped = "announcement_stopped",
        AnnouncementResumed = "announcement_resumed",
        CallerNamed = "caller_named",
        AnnouncementRead = "announcement_read",
        ReplyGiven = "reply_given",
        RepliesRead = "replies_read",
        WinnersReminded = "winners_reminded",
        MessagesRead = "messages_read",
        MessageRetried = "message_retried",
        MessageCancelled = "message_cancelled",
        MessageSettled = "message_settled",
        MessageBounced = "message_bounced",
        AddressBlocked = "address_blocked",
        ReminderDropped = "reminder_dropped",
        MailRefused = "mail_refused",
        AuditRead = "audit_read",
        ClockDoubted = "clock_doubted",
        ClockSettled = "clock_settled",
    }
}

/// Writes an event about `subject` (an id or a key) in the act's own transaction.
///
/// `detail` holds strings and whole numbers only, none of them typed by a person: the chain's canonical form knows nothing
/// else, and what is in the chain cannot be erased.
///
/// # Errors
/// The store's; a detail that is not canonical.
pub fn record(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    act: Act,
    edition: Option<EditionId>,
    subject: impl ToString,
    detail: Json,
) -> Stored<()> {
    let detail =
        canonical::canonical(&detail).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    let event = (
        audit_events::id.eq(EventId::from_uuid(app.chance.uuid(deed.at))),
        audit_events::at.eq(deed.at),
        audit_events::actor.eq(deed.actor.to_string()),
        audit_events::act.eq(act),
        audit_events::edition.eq(edition),
        audit_events::subject.eq(subject.to_string()),
        audit_events::request.eq(&deed.request),
        audit_events::detail.eq(detail),
        audit_events::nonce.eq(hex(&app.chance.bytes::<32>())),
    );
    on_each!(tx, conn => diesel::insert_into(audit_events::table).values(event).execute(conn))?;
    Ok(())
}

/// Keeps a person's words beside the chain, under a nonce of their own; answers the digest that an event's detail holds in
/// their place, as `note`. Erasing the words leaves the chain whole, and the digest tells nothing (S-AUD-2).
///
/// # Errors
/// The store's.
pub fn note(tx: &mut Conn, app: &App, words: &str) -> Stored<String> {
    let nonce = hex(&app.chance.bytes::<32>());
    let digest = event::note_digest(&nonce, words);
    diesel::insert_into(audit_notes::table)
        .values((audit_notes::digest.eq(&digest), audit_notes::nonce.eq(nonce), audit_notes::text.eq(words)))
        .execute(tx)?;
    Ok(digest)
}
