-- 措置①, item by item: what was compared with the register, whether it agrees, and what the register says where it does not. Kept until the check is
-- begun anew (another form, another keeper of the register, a changed name). The My Number is compared on paper; nothing of it stands here.
CREATE TABLE case_checks (
    application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    item TEXT NOT NULL CHECK (item IN ('name', 'birth_date', 'sex', 'left_on', 'my_number')),
    agrees BOOLEAN NOT NULL,
    seen TEXT NOT NULL CHECK (item <> 'my_number' OR seen = ''),
    checked_by TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    PRIMARY KEY (application_id, item)
);

-- The picture that was looked at for a form: whether it will do, and whether the print on the paper was compared.
CREATE TABLE photo_checks (
    application_id INTEGER PRIMARY KEY NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    print_seen BOOLEAN NOT NULL,
    checked_by TEXT NOT NULL,
    checked_at BIGINT NOT NULL
);
