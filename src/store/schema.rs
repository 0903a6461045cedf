//! The tables, as diesel sees them. Must say what `migrations/` make: a test compares both databases with it.
#![allow(missing_docs, reason = "the migrations hold the words on each table")]

diesel::table! {
    idempotency (scope) {
        scope -> Text,
        body_digest -> Text,
        answer -> Text,
        kept_at -> BigInt,
    }
}

diesel::table! {
    clock_beats (machine) {
        machine -> Text,
        started_at -> BigInt,
        last_at -> BigInt,
    }
}

diesel::table! {
    clock_doubts (id) {
        id -> Integer,
        since -> BigInt,
        why -> Text,
        seconds -> BigInt,
    }
}

diesel::table! {
    installation (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Text,
        at -> BigInt,
        actor -> Text,
        act -> Text,
        edition -> Nullable<Text>,
        subject -> Text,
        request -> Nullable<Text>,
        detail -> Text,
        number -> Nullable<BigInt>,
        hash -> Nullable<Text>,
        nonce -> Text,
        digest -> Nullable<Text>,
    }
}

diesel::table! {
    audit_notes (digest) {
        digest -> Text,
        nonce -> Text,
        text -> Text,
    }
}

diesel::table! {
    organiser_digests (edition) {
        edition -> Text,
        phase -> Text,
        day -> Text,
        told -> BigInt,
    }
}

diesel::table! {
    messages (id) {
        id -> Text,
        edition -> Nullable<Text>,
        kind -> Text,
        about -> Text,
        once_key -> Nullable<Text>,
        priority -> Integer,
        state -> Text,
        recipient_digest -> Text,
        domain -> Text,
        envelope -> Text,
        message_id -> Text,
        bytes -> Nullable<Text>,
        size -> BigInt,
        queued_at -> BigInt,
        due_at -> BigInt,
        next_attempt_at -> BigInt,
        attempts -> Integer,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
        last_answer -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
        answer_code -> Nullable<Text>,
        answer_ru -> Nullable<Text>,
        give_up_at -> Nullable<BigInt>,
        may_have_left -> Bool,
    }
}

diesel::table! {
    suppressions (recipient_digest) {
        recipient_digest -> Text,
        why -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    editions (id) {
        id -> Text,
        slug -> Text,
        document -> Text,
        version -> BigInt,
        revision -> Text,
        opens_at -> BigInt,
        created_at -> BigInt,
        frozen_at -> Nullable<BigInt>,
        sealed_at -> Nullable<BigInt>,
        released_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    accounts (id) {
        id -> Text,
        email -> Text,
        email_key -> Text,
        name -> Text,
        language -> Text,
        organisation -> Nullable<Text>,
        password -> Nullable<Text>,
        version -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    roles (id) {
        id -> Text,
        account -> Text,
        edition -> Text,
        role -> Text,
        panel -> Nullable<Text>,
        capacity -> Nullable<Integer>,
        reads -> Text,
        invitation -> Integer,
        invited_at -> BigInt,
        accepted_at -> Nullable<BigInt>,
        removed_at -> Nullable<BigInt>,
        removed_sheets -> Nullable<Text>,
        removed_reason -> Nullable<Text>,
    }
}

diesel::table! {
    sign_in_failures (key) {
        key -> Text,
        address_key -> Text,
        in_a_row -> Integer,
        recent -> Integer,
        recent_since -> BigInt,
        last_at -> BigInt,
        forget_at -> BigInt,
    }
}

diesel::table! {
    devices (device, account) {
        device -> Text,
        account -> Text,
        used_at -> BigInt,
    }
}

diesel::table! {
    password_resets (id) {
        id -> Text,
        recipient -> Text,
        address -> Nullable<Text>,
        account -> Nullable<Text>,
        asked_at -> BigInt,
        used_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    mail_counts (key) {
        key -> Text,
        counted -> BigInt,
        since -> BigInt,
        last_at -> BigInt,
        forget_at -> BigInt,
    }
}

diesel::table! {
    mail_waiting (kind, about) {
        kind -> Text,
        about -> Text,
        key -> Text,
    }
}

diesel::table! {
    second_factors (account) {
        account -> Text,
        seed -> Text,
        confirmed_at -> Nullable<BigInt>,
        step -> BigInt,
        wrong -> Integer,
        wrong_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_codes (digest) {
        digest -> Text,
        account -> Text,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        account -> Text,
        created_at -> BigInt,
        used_at -> BigInt,
        refresh_digest -> Text,
        spent_digest -> Nullable<Text>,
        repeat_key -> Nullable<Text>,
        repeat_answer -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    nominations (id) {
        id -> Text,
        edition -> Text,
        reference -> Text,
        category -> Text,
        kind -> Text,
        language -> Text,
        status -> Text,
        source -> Text,
        name -> Text,
        name_key -> Text,
        search_key -> Text,
        city_key -> Text,
        headline -> Text,
        facts -> Text,
        story -> Text,
        links -> Text,
        contacts -> Text,
        nominator -> Text,
        nominator_email -> Nullable<Text>,
        supporters -> Text,
        tell_me_next_time -> Bool,
        received_at -> BigInt,
        confirmed_at -> Nullable<BigInt>,
        screened_at -> Nullable<BigInt>,
        typed_by -> Nullable<Text>,
        reason -> Nullable<Text>,
        note -> Nullable<Text>,
        letters_waived -> Nullable<Text>,
        merged_into -> Nullable<Text>,
        version -> BigInt,
        changed_at -> BigInt,
        retold -> Nullable<Text>,
    }
}

diesel::table! {
    drafts (id) {
        id -> Text,
        edition -> Text,
        body -> Text,
        language -> Nullable<Text>,
        email -> Nullable<Text>,
        email_normal -> Nullable<Text>,
        generation -> Integer,
        told_at -> Nullable<BigInt>,
        told_about -> Nullable<Text>,
        sent -> Nullable<Text>,
        version -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    supporters (id) {
        id -> Text,
        nomination -> Text,
        position -> Integer,
        generation -> Integer,
        name -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        postal_address -> Nullable<Text>,
        relation -> Text,
        state -> Text,
        asked_at -> Nullable<BigInt>,
        letter -> Nullable<Text>,
        letter_relation -> Nullable<Text>,
        known_since -> Nullable<Integer>,
        language -> Nullable<Text>,
        written_at -> Nullable<BigInt>,
        version -> BigInt,
        former -> Text,
    }
}

diesel::table! {
    nomination_blocks (edition, block, nomination) {
        edition -> Text,
        block -> Text,
        nomination -> Text,
    }
}

diesel::table! {
    different_nominees (one, other) {
        one -> Text,
        other -> Text,
        said_by -> Text,
        said_at -> BigInt,
    }
}

diesel::table! {
    safeguards (nomination) {
        nomination -> Text,
        sensitive -> Bool,
        reason -> Nullable<Text>,
        redactions -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    translations (nomination, part, language) {
        nomination -> Text,
        part -> Text,
        language -> Text,
        translator -> Nullable<Text>,
        given_at -> Nullable<BigInt>,
        words -> Nullable<Text>,
        original -> Nullable<Text>,
        marks -> Nullable<Text>,
        made_by -> Nullable<Text>,
        made_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    questions (id) {
        id -> Text,
        nomination -> Text,
        text -> Text,
        asked_by -> Text,
        asked_at -> BigInt,
        answer -> Nullable<Text>,
        answered_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    complaints (id) {
        id -> Text,
        edition -> Text,
        email -> Text,
        text -> Text,
        language -> Text,
        came_at -> BigInt,
        acknowledged_at -> Nullable<BigInt>,
        acknowledged_by -> Nullable<Text>,
    }
}

diesel::table! {
    link_requests (id) {
        id -> Text,
        edition -> Text,
        recipient -> Text,
        address -> Text,
        due_at -> BigInt,
    }
}

diesel::table! {
    notices (nomination) {
        nomination -> Text,
        how -> Nullable<Text>,
        given_on -> Nullable<Text>,
        reason -> Nullable<Text>,
        withhold_name -> Bool,
        objected_at -> Nullable<BigInt>,
        objection -> Nullable<Text>,
        access_asked_at -> Nullable<BigInt>,
        version -> BigInt,
        generation -> Integer,
    }
}

diesel::table! {
    declarations (edition, account) {
        edition -> Text,
        account -> Text,
        interests -> Nullable<Text>,
        declared_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    plans (id) {
        id -> Text,
        edition -> Text,
        per_panel -> Integer,
        document -> Text,
        made_at -> BigInt,
        applied_at -> Nullable<BigInt>,
        applied -> Nullable<Text>,
    }
}

diesel::table! {
    assignments (id) {
        id -> Text,
        edition -> Text,
        nomination -> Text,
        judge -> Text,
        panel -> Text,
        state -> Text,
        assigned_at -> BigInt,
    }
}

diesel::table! {
    recusals (assignment) {
        assignment -> Text,
        reason -> Text,
        detail -> Nullable<Text>,
        at -> BigInt,
    }
}

diesel::table! {
    sheets (assignment) {
        assignment -> Text,
        state -> Text,
        scores -> Text,
        comment -> Nullable<Text>,
        version -> BigInt,
        saved_at -> BigInt,
        submitted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sheet_versions (assignment, version) {
        assignment -> Text,
        version -> BigInt,
        scores -> Text,
        comment -> Nullable<Text>,
        nonce -> Text,
        submitted_at -> BigInt,
    }
}

diesel::table! {
    decisions (edition, category) {
        edition -> Text,
        category -> Text,
        document -> Text,
        version -> BigInt,
        decided_at -> BigInt,
        decided_by -> Text,
    }
}

diesel::table! {
    rulings (edition, category) {
        edition -> Text,
        category -> Text,
        document -> Text,
        version -> BigInt,
        ruled_at -> BigInt,
        ruled_by -> Text,
    }
}

diesel::table! {
    signatures (edition, account, signed_at) {
        edition -> Text,
        account -> Text,
        panel -> Text,
        digest -> Text,
        signed_at -> BigInt,
        voided_at -> Nullable<BigInt>,
        voided_reason -> Nullable<Text>,
    }
}

diesel::table! {
    seals (edition) {
        edition -> Text,
        digest -> Text,
        bundle -> Text,
        bundle_digest -> Text,
        public_key -> Text,
        sealed_at -> BigInt,
    }
}

diesel::table! {
    announcements (edition) {
        edition -> Text,
        seal -> Text,
        sealed_at -> BigInt,
        digest -> Text,
        scheduled_at -> Nullable<BigInt>,
        scheduled_by -> Nullable<Text>,
        stopped_at -> Nullable<BigInt>,
        stopped_by -> Nullable<Text>,
        resumed_reason -> Nullable<Text>,
        chased -> Integer,
    }
}

diesel::table! {
    outcome_letters (message) {
        message -> Text,
        edition -> Text,
        sealed_at -> BigInt,
        kind -> Text,
        nomination -> Nullable<Text>,
        reader -> Text,
        about -> Text,
        leaves -> Text,
        recipient_digest -> Text,
        domain -> Text,
        languages -> Text,
        zones -> Text,
        bytes_digest -> Text,
        lacks -> Text,
    }
}

diesel::table! {
    preview_reads (edition, account, digest) {
        edition -> Text,
        account -> Text,
        digest -> Text,
        read_at -> BigInt,
    }
}

diesel::table! {
    replies (nomination) {
        nomination -> Text,
        edition -> Text,
        document -> Text,
        note -> Nullable<Text>,
        version -> BigInt,
        replied_at -> BigInt,
    }
}

diesel::table! {
    callers (nomination) {
        nomination -> Text,
        edition -> Text,
        person -> Text,
        phone -> Text,
        caller -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    mail_owed (nomination) {
        nomination -> Text,
        since -> BigInt,
    }
}

diesel::table! {
    import_files (edition, account) {
        edition -> Text,
        account -> Text,
        sealed -> Text,
        uploaded_at -> BigInt,
    }
}

diesel::joinable!(supporters -> nominations (nomination));
diesel::joinable!(nomination_blocks -> nominations (nomination));
diesel::joinable!(safeguards -> nominations (nomination));
diesel::joinable!(translations -> nominations (nomination));
diesel::joinable!(notices -> nominations (nomination));
diesel::joinable!(outcome_letters -> messages (message));

diesel::allow_tables_to_appear_in_same_query!(
    idempotency,
    clock_beats,
    clock_doubts,
    installation,
    mail_counts,
    mail_waiting,
    audit_events,
    audit_notes,
    organiser_digests,
    messages,
    suppressions,
    editions,
    accounts,
    roles,
    second_factors,
    recovery_codes,
    sessions,
    drafts,
    nominations,
    supporters,
    nomination_blocks,
    different_nominees,
    safeguards,
    translations,
    questions,
    complaints,
    link_requests,
    notices,
    declarations,
    plans,
    assignments,
    recusals,
    sheets,
    sheet_versions,
    decisions,
    rulings,
    signatures,
    seals,
    announcements,
    outcome_letters,
    preview_reads,
    replies,
    callers,
    mail_owed,
    import_files,
);
