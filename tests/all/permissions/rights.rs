//! What the committee decided: who may what, when, call by call. Written down here on its own, from the rules and not from
//! the service's table: where one of the two is changed alone, a test fails.
//!
//! A line is a call, after its columns: public, judge, chair, translator, organiser, approver, auditor, else. Phases by
//! their first letters, `*` all, `-` never. The last column is what somebody hears who may never make the call: 401, 403;
//! `409` and `404` stand for calls that are everybody's, by what they answer outside their phases.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use twin_cities_awards::accounts::Role;
use twin_cities_awards::http::links::LinkKind;

const BY_ROLE: &str = "
*  *    *    *  *      *      *     409  GET /editions
*  *    *    *  *      *      *     409  GET /editions/current
*  *    *    *  *      *      *     409  GET /editions/{slug}
N  N    N    N  N      N      N     409  POST /editions/{slug}/nominations
N  N    N    N  N      N      N     409  POST /editions/{slug}/drafts
*  *    *    *  *      *      *     409  POST /confirmations
*  *    *    *  *      *      *     409  POST /links
*  *    *    *  *      *      *     409  POST /complaints
A  A    A    A  A      A      A     404  GET /editions/{slug}/winners
A  A    A    A  A      A      A     404  GET /editions/{slug}/winners.csv
*  *    *    *  *      *      *     409  POST /auth/login
*  *    *    *  *      *      *     409  POST /auth/refresh
*  *    *    *  *      *      *     409  POST /auth/invitations/accept
*  *    *    *  *      *      *     409  POST /auth/password-reset
*  *    *    *  *      *      *     409  POST /auth/password-reset/confirm

-  *    *    *  *      *      *     401  GET /me
-  *    *    *  *      *      *     401  PATCH /me
-  *    *    *  *      *      *     401  PUT /me/password
-  *    *    *  *      *      *     401  GET /me/sessions
-  *    *    *  *      *      *     401  DELETE /me/sessions/{id}
-  *    *    *  *      *      *     401  POST /auth/logout
-  *    *    *  *      *      *     401  POST /auth/totp/enrol
-  *    *    *  *      *      *     401  POST /auth/totp/confirm
-  *    *    *  *      *      *     401  POST /auth/totp/remove

-  *    *    -  -      -      -     403  GET /judge/declarations/{slug}
-  *    *    -  -      -      -     403  PUT /judge/declarations/{slug}
-  *    *    -  -      -      -     403  GET /judge/assignments
-  *    *    -  -      -      -     403  GET /judge/assignments/{id}
-  *    *    -  -      -      -     403  GET /judge/assignments/{id}/recusal
-  J    J    -  -      -      -     403  PUT /judge/assignments/{id}/sheet
-  SJD  SJD  -  -      -      -     403  POST /judge/assignments/{id}/recusal

-  -    -    NSJD  -   -      -     403  GET /translate/queue
-  -    -    NSJD  -   -      -     403  GET /translate/{text}
-  -    -    NSJD  -   -      -     403  PUT /translate/{text}

-  -    -    -  *      *      -     403  POST /organise/editions
-  -    -    -  *      *      *     403  GET /organise/editions/{slug}
-  -    -    -  *      *      -     403  PATCH /organise/editions/{slug}
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/people
-  -    -    -  UNSJD  UNSJD  -     403  POST /organise/editions/{slug}/people
-  -    -    -  UNSJD  UNSJD  -     403  POST /organise/editions/{slug}/people/{id}/invitation
-  -    -    -  UNSJD  UNSJD  -     403  DELETE /organise/editions/{slug}/people/{id}/invitation
-  -    -    -  *      *      -     403  DELETE /organise/editions/{slug}/people/{id}
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/nominations
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/nominations/{id}
-  -    -    -  NSJD   NSJD   -     403  PATCH /organise/editions/{slug}/nominations/{id}
-  -    -    -  NSJD   NSJD   -     403  PUT /organise/editions/{slug}/nominations/{id}/notice
-  -    -    -  NS     NS     -     403  POST /organise/editions/{slug}/nominations
-  -    -    -  NS     NS     -     403  POST /organise/editions/{slug}/nominations/{id}/confirm
-  -    -    -  NS     NS     -     403  PUT /organise/editions/{slug}/nominations/{id}/letters/{n}
-  -    -    -  NS     NS     -     403  POST /organise/editions/{slug}/nominations/import
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/exports/nominations.csv
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/exports/nominations.xlsx
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/nominations/{id}/duplicates
-  -    -    -  NSJD   NSJD   -     403  PUT /organise/editions/{slug}/nominations/{id}/duplicates/{other}
-  -    -    -  NSJ    NSJ    -     403  POST /organise/editions/{slug}/nominations/{id}/merge
-  -    -    -  NSJ    NSJ    -     403  POST /organise/editions/{slug}/nominations/{id}/unmerge
-  -    -    -  NSJD   NSJD   -     403  PUT /organise/editions/{slug}/nominations/{id}/redactions
-  -    -    -  NSJD   NSJD   -     403  PUT /organise/editions/{slug}/nominations/{id}/sensitive
-  -    -    NSJD  *   *      -     403  GET /organise/editions/{slug}/nominations/{id}/translations/{language}
-  -    -    NSJD  NSJD  NSJD  -    403  PUT /organise/editions/{slug}/nominations/{id}/translations/{language}
-  -    -    NSJD  *   *      -     403  GET /organise/editions/{slug}/nominations/{id}/letters/{n}/translation/{language}
-  -    -    NSJD  NSJD  NSJD  -    403  PUT /organise/editions/{slug}/nominations/{id}/letters/{n}/translation/{language}
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/translations
-  -    -    -  NSJD   NSJD   -     403  PUT /organise/editions/{slug}/translations/{text}/translator
-  -    -    -  NSJD   NSJD   -     403  POST /organise/editions/{slug}/nominations/{id}/questions
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/nominations/{id}/questions
-  -    -    -  *      *      UNSJ  403  GET /organise/editions/{slug}/statistics
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/complaints
-  -    -    -  *      *      -     403  POST /organise/editions/{slug}/complaints/{id}/acknowledge
-  -    -    -  -      *      -     403  GET /organise/editions/{slug}/clock
-  -    -    -  -      *      -     403  POST /organise/editions/{slug}/clock
-  -    -    -  SJ     SJ     -     403  POST /organise/editions/{slug}/assignments/plan
-  -    -    -  SJ     SJ     -     403  POST /organise/editions/{slug}/assignments/apply
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/assignments/plan/{id}
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/assignments
-  -    JD   -  *      *      UNSJ  403  GET /organise/editions/{slug}/progress

-  -    -    -  DEA    DEA    -     403  GET /organise/editions/{slug}/results
-  -    -    -  DEA    DEA    -     403  GET /organise/editions/{slug}/results/digest
-  -    -    -  DEA    DEA    -     403  GET /organise/editions/{slug}/rulings/{category}
-  -    -    -  DEA    DEA    -     403  GET /organise/editions/{slug}/decisions/{category}
-  -    -    -  D      D      -     403  PUT /organise/editions/{slug}/rulings/{category}
-  -    -    -  D      D      -     403  PUT /organise/editions/{slug}/decisions/{category}
-  -    -    -  -      D      -     403  POST /organise/editions/{slug}/sign-off
-  -    -    -  D      D      -     403  POST /organise/editions/{slug}/reopen
-  -    -    -  DEA    DEA    A     403  GET /organise/editions/{slug}/bundle
-  -    -    -  DEA    DEA    -     403  GET /organise/editions/{slug}/exports/winners.csv
-  -    -    -  DEA    DEA    -     403  GET /organise/editions/{slug}/exports/winners.json

-  -    -    -  DEA    DEA    -     403  GET /organise/editions/{slug}/announcement
-  -    -    -  DEA    DEA    -     403  POST /organise/editions/{slug}/announcement/test-send
-  -    -    -  EA     EA     -     403  GET /organise/editions/{slug}/announcement/preview
-  -    -    -  EA     EA     -     403  POST /organise/editions/{slug}/announcement/read
-  -    -    -  E      E      -     403  POST /organise/editions/{slug}/announcement/schedule
-  -    -    -  EA     EA     -     403  POST /organise/editions/{slug}/announcement/stop
-  -    -    -  -      EA     -     403  POST /organise/editions/{slug}/announcement/resume
-  -    -    -  EA     EA     -     403  GET /organise/editions/{slug}/replies
-  -    -    -  EA     EA     -     403  PUT /organise/editions/{slug}/replies/{nomination}
-  -    -    -  EA     EA     -     403  PUT /organise/editions/{slug}/callers/{nomination}
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/messages
-  -    -    -  *      *      -     403  GET /organise/editions/{slug}/messages/{id}
-  -    -    -  *      *      -     403  POST /organise/editions/{slug}/messages/{id}/retry
-  -    -    -  *      *      -     403  POST /organise/editions/{slug}/messages/{id}/cancel
-  -    -    -  *      *      -     403  POST /organise/editions/{slug}/messages/{id}/settle
-  -    -    -  *      *      *     403  GET /organise/editions/{slug}/audit
-  -    -    -  *      *      *     403  GET /organise/editions/{slug}/audit/head
";

/// What the bearer of a link may do as long as it lives, and when; `any` is a link of any kind.
const BY_LINK: &str = "
*   any          GET /link
*   nomination   GET /link/nomination
*   nomination   GET /link/question
NSJD  nomination  POST /link/question
N   draft        GET /link/draft
N   draft        PATCH /link/draft
N   draft        POST /link/draft/submit
N   nomination   PATCH /link/nomination
N   nomination   DELETE /link/nomination
NS  letter       GET /link/letter
NS  letter       PUT /link/letter
NS  letter       POST /link/letter/decline
*   notice       GET /link/notice
*   notice       PUT /link/notice
*   notice       POST /link/notice/objection
*   notice       POST /link/notice/access
EA  reply        GET /link/reply
E   reply        PUT /link/reply
*   unsubscribe  POST /link/unsubscribe
";

/// Whose call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's; outside its phases this status.
    Everybodys(u16),
    /// Whoever's who is signed in.
    SignedIn,
    /// Some roles'.
    Roles,
    /// The bearer's of a link of this kind, or of any.
    Links(Option<LinkKind>),
}

/// A line.
#[derive(Clone, Copy, Debug)]
pub struct Right {
    pub whose: Whose,
    /// Phases of the public (or of the link), of judge, chair, translator, organiser, approver, auditor.
    columns: [&'static str; 7],
}

impl Right {
    /// The phases of everybody, or of a link's bearer.
    pub fn public(&self) -> &'static str {
        self.columns[0]
    }

    /// The phases of somebody who has this role.
    pub fn of(&self, role: Role) -> &'static str {
        let column = match role {
            Role::Judge => 1,
            Role::Chair => 2,
            Role::Translator => 3,
            Role::Organiser => 4,
            Role::Approver => 5,
            Role::Auditor => 6,
        };
        self.columns[column]
    }
}

/// Whether `phases` has this one.
pub fn has(phases: &str, phase: &str) -> bool {
    phases == "*" || phases.contains(phase)
}

/// The line of a call: method, and pattern under `/api/v1`.
pub fn right(method: &str, pattern: &str) -> Right {
    let call = format!("{method} {}", pattern.trim_start_matches("/api/v1"));
    *all().get(call.as_str()).unwrap_or_else(|| panic!("{call} has no line in tests/all/permissions/rights.rs"))
}

/// All lines, by their calls.
pub fn all() -> &'static BTreeMap<&'static str, Right> {
    static ALL: LazyLock<BTreeMap<&str, Right>> = LazyLock::new(|| {
        let lines = |text: &'static str| text.lines().filter(|line| !line.is_empty());
        let by_role = lines(BY_ROLE).map(|line| {
            let (columns, call) = columns::<8>(line);
            let [public, judge, chair, translator, organiser, approver, auditor, or_else] = columns;
            let whose = match or_else {
                "401" => Whose::SignedIn,
                "403" => Whose::Roles,
                status => Whose::Everybodys(status.parse().expect("a status")),
            };
            (call, Right { whose, columns: [public, judge, chair, translator, organiser, approver, auditor] })
        });
        let by_link = lines(BY_LINK).map(|line| {
            let ([phases, kind], call) = columns::<2>(line);
            let kind = (kind != "any").then(|| LinkKind::parse(kind).expect("a kind"));
            (call, Right { whose: Whose::Links(kind), columns: [phases, "-", "-", "-", "-", "-", "-"] })
        });
        let mut all = BTreeMap::new();
        for (call, right) in by_role.chain(by_link) {
            assert!(all.insert(call, right).is_none(), "{call} stands in two lines");
        }
        all
    });
    &ALL
}

/// The first words of a line, and the rest.
fn columns<const N: usize>(line: &'static str) -> ([&'static str; N], &'static str) {
    let mut rest = line;
    let columns = std::array::from_fn(|_| {
        let (word, after) = rest.split_once(' ').expect("a column");
        rest = after.trim_start();
        word
    });
    (columns, rest)
}
