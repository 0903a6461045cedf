### Translations: a translator's queue, a text beside its original, what organisers give out.

translations-title = Texts to translate
translations-lead = These texts wait for you, the longest given first. Judges read your translation beside the original.
translations-none = No text waits for you. Thank you.
translations-saved = The translation is saved. Judges now read it beside the original.
translations-closed = Nothing is translated now.
translations-part = { $part ->
    [story] Story
    [letter-1] First letter of support
   *[letter-2] Second letter of support
}
translations-way = { $from ->
    [ru] from Russian
   *[en] from English
} { $into ->
    [ru] into Russian
   *[en] into English
}
translations-words = { $n ->
    [one] { $n } word
   *[other] { $n } words
}
translations-given = given to you on { $when }
translations-open = Open
translations-more = Next texts

translations-state-missing = not translated yet
translations-state-stale = the original has changed since it was translated
translations-state-hidden = words were blacked out after it was translated

translations-text-title = { $part ->
    [story] Translate the story of { $ref }
   *[other] Translate a letter of support for { $ref }
}
translations-original = { $from ->
    [ru] Original, in Russian
   *[en] Original, in English
}
translations-into = { $into ->
    [ru] Translation into Russian
   *[en] Translation into English
}
translations-how = Translate what is written, no more and no less. Keep { $mark } where words were taken out.
translations-letter = The letter
translations-save = Save translation
translations-is-saved = Judges read this translation. You can still improve it.
translations-is-stale = The original has changed since this translation was made. Judges read it with that remark until you save it anew.
translations-is-hidden = Words of the original were blacked out after this translation was made. Judges do not see the translation until those words are out of it and it is saved anew.
translations-is-blocked = The original has changed under words that were blacked out. An organiser must look at it before it can be translated.
translations-changed = This text has changed while you were writing. Compare your translation with the original once more, then save it.

translations-desk-title = Texts without a translation
translations-desk-lead = Judges of some panel cannot read these texts in their language. Choose texts, and who translates them.
translations-desk-none = Every text that judges read is translated into the languages of the panels.
translations-desk-nobody = There is no translator in this edition yet. Invite one first.
translations-desk-given = given to { $name } on { $when }
translations-desk-blocked = changed under words that were blacked out: look at them first
translations-desk-texts = Texts
translations-desk-person = Translator
translations-desk-back = Nobody: take the texts back
translations-desk-give = Assign
translations-desk-done = It is done. The texts stand in the translator’s queue.
translations-desk-changed = One of these texts has changed, or somebody else has given it out meanwhile. Nothing was done: look again, and choose again.
