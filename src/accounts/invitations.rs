//! Invitations: somebody is asked to take a part in an edition, and takes it by a mailed link, once, within 14 days.
//!
//! The link proves the address and nothing else. Who has no password yet sets one; who has an account already shows its
//! password, so that a forwarded invitation opens no account (resetting a lost password is another link).

use serde_json::json;

use super::access::Action;
use super::check::{Tried, try_password};
use super::code::FactorCode;
use super::devices::Whence;
use super::factor::{self, CodeRefused};
use super::messages;
use super::model::{Person, Role, Sheets};
use super::own_words::with_edition;
use super::password::{Attempt, OwnWords, Password};
use super::sign_in::{self, Arrival, Entry, SignInError};
use super::store::{self, Account, PartRow};
use crate::app::App;
use crate::audit::{self, Act, Actor, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition, EditionSlug, PanelKey, WrongPhase};
use crate::fields::{Email, Flaw, PersonName, ShortText};
use crate::from_query;
use crate::hashing::HashingError;
use crate::http::faults::Fault;
use crate::http::idempotency::{KeyReused, Once, Outcome};
use crate::http::links::{Link, LinkKind};
use crate::http::problem::{Code, Problem};
use crate::ids::{AccountId, EditionId, RoleId};
use crate::outbox::{self, Kind};
use crate::store::{Conn, StoreError, Stored};
use crate::text::Language;

/// Whom to invite, to what.
#[derive(Clone, Debug)]
pub struct InvitePerson {
    /// To which edition.
    pub edition: EditionSlug,
    /// As what.
    pub role: Role,
    /// For which panel.
    pub panel: Option<PanelKey>,
    /// Where the invitation goes.
    pub email: Email,
    /// Their name.
    pub name: PersonName,
    /// Their language; the panel's where none is said, else English.
    pub language: Option<Language>,
    /// How many nominations they can take.
    pub capacity: Option<u32>,
    /// Languages that they read.
    pub reads: Vec<Language>,
    /// Where they work or belong.
    pub organisation: Option<ShortText<1, 160>>,
}

impl InvitePerson {
    /// From words, as a script or a table of people gives them.
    ///
    /// # Errors
    /// The first word that is none of ours, at its field.
    pub fn parse(
        edition: &str,
        role: &str,
        panel: Option<&str>,
        email: &str,
        name: &str,
        language: Option<&str>,
    ) -> Result<Self, Fault> {
        let choice = |field: &str| Fault::of(field, Flaw::BadChoice);
        Ok(Self {
            edition: EditionSlug::parse(edition).ok_or_else(|| choice("/edition"))?,
            role: Role::parse(role).ok_or_else(|| choice("/role"))?,
            panel: panel.map(|key| PanelKey::parse(key).ok_or_else(|| choice("/panel"))).transpose()?,
            email: Email::parse(email).map_err(|flaw| Fault::of("/email", flaw))?,
            name: PersonName::parse(name).map_err(|flaw| Fault::of("/name", flaw))?,
            language: language.map(|tag| Language::parse(tag).ok_or_else(|| choice("/language"))).transpose()?,
            capacity: None,
            reads: Vec::new(),
            organisation: None,
        })
    }
}

/// Somebody was invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Their part, and so their invitation.
    pub id: RoleId,
    /// The link that is on its way to them.
    pub link: String,
}

/// Why nobody is invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// There is no such edition.
    #[error("there is no such edition")]
    NoEdition,
    /// The edition has no such person.
    #[error("the edition has no such person")]
    NoPerson,
    /// The invitation is accepted or withdrawn already.
    #[error("the invitation is accepted or withdrawn already")]
    Settled,
    /// Not now.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// What was asked does not fit.
    #[error("{pointer}: {code}", pointer = .0.pointer, code = .0.code)]
    Fault(Fault),
    /// See [`KeyReused`].
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    /// The store's fault.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(InviteError);

impl InviteError {
    fn at(pointer: &str, code: &'static str) -> Self {
        Self::Fault(Fault::new(pointer, code))
    }
}

impl From<InviteError> for Problem {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::NoEdition | InviteError::NoPerson => Self::new(Code::NotFound),
            InviteError::Settled => Self::new(Code::IllegalMove).with_detail("accounts-invitation-settled", vec![]),
            InviteError::Phase(wrong) => wrong.into(),
            InviteError::Fault(fault) => Self::invalid(vec![fault]),
            InviteError::KeyReused(reused) => reused.into(),
            InviteError::Store(error) => error.into(),
        }
    }
}

/// Invites somebody to any role, in any phase: what the operator does.
///
/// Who was invited before and has not accepted is invited anew: the earlier link dies.
///
/// # Errors
/// [`InviteError`].
pub async fn invite(app: &App, deed: Deed, person: InvitePerson) -> Result<Invited, InviteError> {
    let parts = app.clone();
    let invited = app.store.write(move |tx| {
        let edition = editions::store::by_slug(tx, &person.edition)?.ok_or(InviteError::NoEdition)?;
        invite_in(tx, &parts, &deed, &edition, &person)
    });
    let person = invited.await?;
    app.outbox_bell.notify_one();
    Ok(Invited { id: person.id, link: messages::invitation_link(app, &person) })
}

/// Invites somebody for an edition's office: never to the office itself (S-ACC-11), and as long as nothing is sealed.
///
/// # Errors
/// [`InviteError`].
pub async fn invite_for_office(
    app: &App,
    deed: Deed,
    person: InvitePerson,
    once: Once,
) -> Result<Outcome<RoleId>, InviteError> {
    let parts = app.clone();
    let invited = app.store.write(move |tx| {
        let edition = editions::store::by_slug(tx, &person.edition)?.ok_or(InviteError::NoEdition)?;
        once.run(tx, deed.at, |tx| {
            Action::Invite.require_office(&edition, deed.at)?;
            if person.role.is_office() {
                return Err(InviteError::at("/role", "bad_choice"));
            }
            Ok(invite_in(tx, &parts, &deed, &edition, &person)?.id)
        })
    });
    let invited = invited.await?;
    app.outbox_bell.notify_one();
    Ok(invited)
}

fn invite_in(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    edition: &Edition,
    invited: &InvitePerson,
) -> Result<Person, InviteError> {
    let panel = match &invited.panel {
        None if invited.role.needs_panel() => return Err(InviteError::at("/panel", "required")),
        None => None,
        Some(key) => Some(edition.panel(key).ok_or_else(|| InviteError::at("/panel", "bad_choice"))?),
    };
    let people = store::people(tx, edition.id)?;
    let same = may_take(tx, &people, invited)?;
    let language = invited.language.or(panel.map(|panel| panel.language)).unwrap_or(Language::En);
    let account = account_for(tx, app, deed, invited, language)?;
    let part = PartRow {
        panel: invited.panel.clone(),
        capacity: invited.capacity.and_then(|capacity| i32::try_from(capacity).ok()),
        reads: invited.reads.iter().map(|language| language.as_str()).collect::<Vec<_>>().join(" "),
        invitation: same.map_or(0, |same| i32::from(same.invitation) + 1),
        invited_at: deed.at,
        accepted_at: None,
        removed_at: None,
        removed_sheets: None,
        removed_reason: None,
    };
    let id = match same {
        Some(same) => {
            store::renew_part(tx, same.id, &part)?;
            same.id
        }
        None => {
            let id = RoleId::from_uuid(app.chance.uuid(deed.at));
            store::insert_part(tx, id, account, edition.id, invited.role, &part)?;
            id
        }
    };
    let person = store::person(tx, id)?.ok_or(InviteError::NoPerson)?;
    write_to(tx, app, deed, edition, &person)?;
    if person.role.is_office() {
        for officer in store::office(tx, edition.id)? {
            outbox::enqueue(tx, &messages::officer_made(app, edition, &person, &officer, deed.at))?;
        }
    }
    Ok(person)
}

/// Whether the parts that somebody has, or has had, let them have this one too; answers the same part, if they had it
/// before.
///
/// Two addresses of one mailbox are one person: whoever reads it could sign for two cities (S-ACC-11).
fn may_take<'a>(
    tx: &mut Conn,
    people: &'a [Person],
    invited: &InvitePerson,
) -> Result<Option<&'a Person>, InviteError> {
    let mailbox = invited.email.normal();
    let key = store::email_key(&invited.email);
    let mut same = None;
    for theirs in people.iter().filter(|person| person.email.normal() == mailbox) {
        if theirs.role == invited.role {
            let is_same = store::email_key(&theirs.email) == key;
            if theirs.is_in() || (!is_same && theirs.removed_at.is_none()) {
                return Err(InviteError::at("/email", "repeated"));
            }
            if is_same && theirs.removed_sheets == Some(Sheets::Void) {
                return Err(InviteError::at("/email", "not_changeable")); // struck is struck, also for the tally
            }
            let other_city = theirs.role == Role::Approver && theirs.panel != invited.panel;
            if other_city && was_in(tx, theirs)? {
                return Err(InviteError::at("/panel", "conflicting_role"));
            }
            same = same.or(Some(theirs).filter(|_| is_same));
        } else if (theirs.removed_at.is_none() && !theirs.role.goes_with(invited.role))
            || (theirs.role.bars_for_good(invited.role) && was_in(tx, theirs)?)
        {
            return Err(InviteError::at("/role", "conflicting_role"));
        }
    }
    Ok(same)
}

/// Whether somebody has ever accepted this part. Being invited anew leaves no other trace of it than the event.
fn was_in(tx: &mut Conn, person: &Person) -> Stored<bool> {
    Ok(person.accepted_at.is_some() || audit::store::has_happened(tx, person.id, Act::PersonAccepted)?)
}

/// The account of the address, made where there is none. A name and a language are the inviter's to say until the
/// person has been here.
fn account_for(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    invited: &InvitePerson,
    language: Language,
) -> Result<AccountId, InviteError> {
    let account = match store::account_of(tx, &invited.email)? {
        Some(Account { id, password: Some(_), .. }) => id,
        Some(Account { id, version, .. }) => {
            store::set_profile(tx, id, version, invited.name.as_str(), language)?;
            id
        }
        None => {
            let id = AccountId::from_uuid(app.chance.uuid(deed.at));
            store::insert_account(tx, id, &invited.email, invited.name.as_str(), language, deed.at)?;
            id
        }
    };
    if let Some(organisation) = &invited.organisation {
        store::set_organisation(tx, account, organisation.as_str())?;
    }
    Ok(account)
}

/// The letters with the link, instead of those whose link is dead by now, and the event.
fn write_to(tx: &mut Conn, app: &App, deed: &Deed, edition: &Edition, person: &Person) -> Stored<()> {
    take_back(tx, person.id, deed.at)?;
    for message in messages::invitation(app, edition, person, deed.at) {
        outbox::enqueue(tx, &message)?;
    }
    let detail = json!({
        "role": person.role,
        "panel": person.panel.as_ref().map_or("", |panel| panel.as_str()),
        "invitation": person.invitation,
    });
    audit::record(tx, app, deed, Act::PersonInvited, Some(edition.id), person.id, detail)
}

/// Takes back the letters of an invitation that are not sent yet.
pub(super) fn take_back(tx: &mut Conn, id: RoleId, now: Time) -> Stored<()> {
    outbox::store::take_back(tx, id.as_str(), &[Kind::Invitation], now)?;
    Ok(())
}

/// Sends an open invitation again, with a new link that is good for 14 days; the earlier one dies.
///
/// # Errors
/// [`InviteError::NoPerson`], [`InviteError::Settled`], [`InviteError::Phase`].
pub async fn invite_again(app: &App, deed: Deed, edition: &Edition, id: RoleId) -> Result<(), InviteError> {
    let (parts, edition) = (app.clone(), edition.clone());
    let invited = app.store.write(move |tx| {
        let person = open_invitation(tx, &edition, id, deed.at)?;
        store::renew_invitation(tx, id, i32::from(person.invitation) + 1, deed.at)?;
        let person = store::person(tx, id)?.ok_or(InviteError::NoPerson)?;
        Ok::<_, InviteError>(write_to(tx, &parts, &deed, &edition, &person)?)
    });
    invited.await?;
    app.outbox_bell.notify_one();
    Ok(())
}

/// Withdraws an open invitation: its link dies.
///
/// # Errors
/// As [`invite_again`].
pub async fn withdraw(app: &App, deed: Deed, edition: &Edition, id: RoleId) -> Result<(), InviteError> {
    let (parts, edition) = (app.clone(), edition.clone());
    app.store
        .write(move |tx| {
            open_invitation(tx, &edition, id, deed.at)?;
            store::mark_removed(tx, id, None, None, deed.at)?;
            take_back(tx, id, deed.at)?;
            let detail = json!({"invitation": "withdrawn"});
            Ok(audit::record(tx, &parts, &deed, Act::PersonRemoved, Some(edition.id), id, detail)?)
        })
        .await
}

/// An invitation that the office may still send again or withdraw; the operator's own are not theirs.
fn open_invitation(tx: &mut Conn, edition: &Edition, id: RoleId, now: Time) -> Result<Person, InviteError> {
    let person = store::person(tx, id)?.filter(|person| person.edition == edition.id && !person.role.is_office());
    let person = person.ok_or(InviteError::NoPerson)?;
    Action::Invite.require_office(edition, now)?;
    if person.accepted_at.is_some() || person.removed_at.is_some() {
        return Err(InviteError::Settled);
    }
    Ok(person)
}

/// What a living invitation's link opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Who is invited, to what.
    pub person: Person,
    /// To which edition.
    pub edition: EditionId,
    /// Until when.
    pub expires_at: Time,
}

/// The invitation behind a link, unless it is used up, withdrawn, replaced or over.
///
/// # Errors
/// The store's.
pub fn invitation_behind(tx: &mut Conn, link: &Link, now: Time) -> Stored<Option<Invitation>> {
    if link.kind != LinkKind::Invitation {
        return Ok(None);
    }
    let person = store::person(tx, RoleId::from_uuid(link.row))?.filter(|person| {
        person.invitation == link.generation
            && person.accepted_at.is_none()
            && person.removed_at.is_none()
            && now < person.invitation_ends_at()
    });
    Ok(person.map(|person| Invitation { edition: person.edition, expires_at: person.invitation_ends_at(), person }))
}

/// What somebody sends to accept.
#[derive(Clone)]
pub struct AcceptInvitation {
    /// The link's token.
    pub token: String,
    /// A new password, or the account's own.
    pub password: Attempt,
    /// Their name as they write it themselves.
    pub name: Option<PersonName>,
    /// The code of the account's second factor, where it has one.
    pub code: Option<FactorCode>,
}

/// Why an invitation is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// The link opens nothing, or nothing any more.
    #[error("the link is not valid")]
    LinkNotValid,
    /// There is an account, and this is not its password.
    #[error("not the account's password")]
    InvalidCredentials,
    /// The account's password was not looked at or not checked, or the code of its second factor is missing or wrong.
    #[error(transparent)]
    NotTried(SignInError),
    /// The new password is no good.
    #[error("the password is refused")]
    Password(Flaw),
    /// The password was not hashed.
    #[error("the password was not hashed")]
    Hashing(#[from] HashingError),
    /// The store's fault.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(AcceptError);

impl From<SignInError> for AcceptError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::InvalidCredentials => Self::InvalidCredentials,
            error => Self::NotTried(error),
        }
    }
}

impl From<AcceptError> for Problem {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::LinkNotValid => Self::new(Code::LinkNotValid),
            AcceptError::InvalidCredentials => Self::new(Code::InvalidCredentials),
            AcceptError::NotTried(error) => error.into(),
            AcceptError::Password(flaw) => Self::invalid(vec![Fault::of("/password", flaw)]),
            AcceptError::Hashing(error) => sign_in::hashing(&error),
            AcceptError::Store(error) => error.into(),
        }
    }
}

/// What shows that somebody may accept.
enum Shown {
    /// The link alone: the account has no password yet, and gets this hash.
    First(String),
    /// The account's own password.
    Own(Tried),
}

/// Accepts an invitation, sets the password where the account has none, and signs in.
///
/// # Errors
/// [`AcceptError`].
pub async fn accept(app: &App, deed: Deed, accepted: AcceptInvitation, from: Whence) -> Result<Entry, AcceptError> {
    let link = Link::open(&app.keys, &accepted.token).ok_or(AcceptError::LinkNotValid)?;
    let at = deed.at;
    let read = app.store.read(move |tx| {
        let invitation = invitation_behind(tx, &link, at)?.ok_or(AcceptError::LinkNotValid)?;
        let account = store::account(tx, invitation.person.account)?.ok_or(AcceptError::LinkNotValid)?;
        let edition = editions::store::by_id(tx, invitation.edition)?.ok_or(AcceptError::LinkNotValid)?;
        Ok::<_, AcceptError>((invitation.person.email, account, edition))
    });
    let (email, account, edition) = read.await?;
    let AcceptInvitation { password, name, code, .. } = accepted;
    let mut _stake = None;
    let shown = if account.password.is_some() {
        let (tried, stake) = try_password(app, at, email, password, from).await?;
        _stake = Some(stake);
        Shown::Own(tried)
    } else {
        let own = OwnWords::of(&account.name, &account.email).and(name.as_ref().map(PersonName::as_str));
        let judged = Password::judge_aside(password, with_edition(own, &edition)).await?;
        Shown::First(app.hasher.hash(judged.map_err(AcceptError::Password)?.into_text()).await?)
    };
    let parts = app.clone();
    let entered = app.store.write(move |tx| {
        let invitation = invitation_behind(tx, &link, at)?.ok_or(AcceptError::LinkNotValid)?;
        let account = store::account(tx, account.id)?.ok_or(AcceptError::LinkNotValid)?;
        let deed = Deed { actor: Actor::Account(account.id), ..deed.clone() };
        let arrival = match &shown {
            Shown::Own(tried) => {
                if let Err(refused) = tried.settle(tx, at, |_, tried| Ok(tried.id == account.id))? {
                    return Ok(Err(AcceptError::from(refused))); // what was counted stays
                }
                if let Err(refused) = factor::show(tx, &parts, &deed, &account, None, code.as_ref())? {
                    if refused != CodeRefused::Missing {
                        tried.failed_by_code(); // to be asked for the code is no failure
                    }
                    return Ok(Err(SignInError::from(refused).into()));
                }
                tried.passed(tx, at)?;
                Arrival::Again
            }
            Shown::First(hash) => {
                // Another of their invitations may have been accepted meanwhile.
                if !store::set_first_password(tx, account.id, hash)? {
                    return Err(AcceptError::InvalidCredentials);
                }
                Arrival::First
            }
        };
        if let Some(name) = &name {
            store::set_profile(tx, account.id, account.version, name.as_str(), account.language)?;
        }
        if !store::mark_accepted(tx, invitation.person.id, link.generation, at)? {
            return Err(AcceptError::LinkNotValid);
        }
        outbox::store::take_back_after(tx, invitation.person.id.as_str(), &[Kind::Invitation], at, at)?;
        let (id, edition) = (invitation.person.id, Some(invitation.edition));
        audit::record(tx, &parts, &deed, Act::PersonAccepted, edition, id, json!({}))?;
        Ok(Ok(sign_in::begin(tx, &parts, &deed, &account, &from, arrival)?))
    });
    let entry = entered.await??;
    app.outbox_bell.notify_one(); // a new device is told of, and a recovery code
    Ok(entry)
}
