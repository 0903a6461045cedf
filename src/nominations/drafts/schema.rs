//! The bodies of drafts as the OpenAPI document shows them.

use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::clock::Time;
use crate::editions::EditionSlug;

/// Any part of a nomination. Only the kinds of its values are checked; the rest is told when it is sent.
#[derive(serde::Serialize, ToSchema)]
pub struct DraftBody {
    /// Code of the category.
    pub category: Option<String>,
    /// Language of the story, and of the mail with the link.
    pub language: Option<String>,
    /// Who is nominated: any fields.
    #[schema(value_type = Option<Object>)]
    pub nominee: Option<Json>,
    /// In one line, what have they done?
    pub headline: Option<String>,
    /// Any fields of the story.
    #[schema(value_type = Option<Object>)]
    pub story: Option<Json>,
    /// Pages elsewhere.
    #[schema(value_type = Option<Vec<Object>>)]
    pub links: Option<Json>,
    /// Who will write in support.
    #[schema(value_type = Option<Vec<Object>>)]
    pub supporters: Option<Json>,
    /// Who nominates. To begin a draft, `email` must be there: the link is mailed to it.
    #[schema(value_type = Option<Object>)]
    pub nominator: Option<Json>,
    /// What the nominator declares.
    #[schema(value_type = Option<Object>)]
    pub declarations: Option<Json>,
    /// Write to me when nominations next open.
    pub tell_me_next_time: Option<bool>,
}

/// A draft as it stands: what was sent of the nomination, as it was typed, and this.
#[derive(serde::Serialize, ToSchema)]
pub struct DraftView {
    /// The edition.
    pub edition: EditionSlug,
    /// Always `draft`.
    #[schema(example = "draft")]
    pub status: String,
    /// When it was saved last.
    pub changed_at: Time,
    /// From when on the link opens nothing: 30 days after the last change, or when nominations close.
    pub expires_at: Time,
    /// What is there of the nomination.
    #[serde(flatten)]
    pub nomination: DraftBody,
}
