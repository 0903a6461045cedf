//! The words: every text that people read, in English and in Russian.

crate::word_enum! {
    /// A language that the service speaks.
    pub enum Language {
        /// English, the default.
        En = "en",
        /// Russian.
        Ru = "ru",
    }
}
