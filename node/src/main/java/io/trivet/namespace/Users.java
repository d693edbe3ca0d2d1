package io.trivet.namespace;

import com.google.protobuf.ByteString;
import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.UserRow;
import io.trivet.model.Command;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.Group;
import io.trivet.model.Refusal;
import io.trivet.model.Right;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.model.UserLimits;
import io.trivet.model.UserUse;
import io.trivet.namespace.SpaceUsage.Sum;
import io.trivet.namespace.Store.Pair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The users, their rights, and their secrets as the leader wrapped them: nothing here can read a
 * secret. Permission to change them is checked before the log; the invariant here is that at least
 * one user may administer everything.
 */
final class Users {
    static final int MAX_USERS = 10_000;

    /** Earlier releases cannot read a user with more. */
    private static final int FIRST_MAX_GRANTS = 16;

    private final Transaction rows;

    Users(Transaction rows) {
        this.rows = rows;
    }

    void add(Command.AddUser add) {
        User.checkName(add.name());
        if (rows.has(RowKeys.user(add.name()))) {
            throw TrivetException.of(Refusal.Kind.ALREADY_EXISTS, add.name(), "there is a user of this name");
        }
        if (rows.count(RowKeys.users(), MAX_USERS) >= MAX_USERS) {
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, add.name(), "there are " + MAX_USERS + " users already");
        }
        if (add.grants().size() > User.MAX_GRANTS) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    add.name(),
                    "rights are granted at " + User.MAX_GRANTS + " paths at the most");
        }
        List<Grant> grants = add.grants().stream()
                .map(grant -> grant.given(now(), List.of()))
                .toList();
        put(new User(add.name(), 1, grants), checked(add.secret()), 0, UserRow.getDefaultInstance());
        requireFits(add.name());
    }

    void rotate(Command.RotateSecret rotate) {
        User before = require(rotate.name());
        put(
                new User(before.name(), before.generation() + 1, before.grants(), before.limits(), before.groups()),
                checked(rotate.secret()),
                0,
                row(rotate.name()));
    }

    /**
     * Stores the same secret wrapped under other keys. Does nothing if the secret was replaced
     * since, because the new one is wrapped under them already.
     */
    void rewrap(Command.Rewrap rewrap) {
        UserRow row = rows.get(RowKeys.user(rewrap.name()), UserRow.parser());
        if (row != null && mark(row) == rewrap.mark()) {
            rows.put(
                    RowKeys.user(rewrap.name()),
                    row.toBuilder()
                            .setSecret(checked(rewrap.secret()))
                            .setMark(rewrap.mark())
                            .build());
        }
    }

    private static long mark(UserRow row) {
        return new Namespace.WrappedSecret(row.getSecret().toByteArray(), row.getMark()).mark();
    }

    void remove(String name) {
        User user = require(name);
        requireAnotherAdministrator(user);
        new Groups(rows).forget(user);
        rows.remove(RowKeys.user(name));
    }

    void grant(Command.SetRights set) {
        if (set.name().startsWith(Group.MARK)) {
            new Groups(rows).grant(set.name().substring(Group.MARK.length()), set.grant());
            return;
        }
        User before = require(set.name());
        User after = before.with(with(before.grants(), set.grant(), set.name(), now()));
        if (!after.isAdministrator()) {
            requireAnotherAdministrator(before);
        }
        put(after, row(set.name()));
        requireFits(set.name());
    }

    /** The time of this entry, from which a right counts in the trash. */
    Instant now() {
        return new Settings(rows).time();
    }

    /** Replaces the grant at the path of {@code grant}. */
    static List<Grant> with(List<Grant> before, Grant grant, String name, Instant now) {
        List<Grant> grants = new ArrayList<>(before);
        grants.removeIf(each -> each.path().equals(grant.path()));
        if (!grant.rights().isEmpty()) {
            grants.add(grant.given(now, before));
        }
        if (grants.size() > User.MAX_GRANTS) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, name, "rights are granted at " + User.MAX_GRANTS + " paths at the most");
        }
        return grants;
    }

    /**
     * Throws {@code BAD_REQUEST} if a user's write paths, with those of its groups, are too large
     * for a token.
     */
    void requireFits(String name) {
        long bytes = effective(name).stream()
                .flatMap(user -> user.pathsWith(Right.WRITE).stream())
                .mapToLong(path -> path.length())
                .sum();
        if (bytes > User.MAX_WRITE_BYTES) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    name,
                    "the paths where a user may write have " + User.MAX_WRITE_BYTES
                            + " bytes at the most: grant it at a directory above");
        }
    }

    /** After a restore: counts again if any user has a limit. */
    void recount() {
        if (rows.any(RowKeys.users(), row -> user(row).limits().limitsWhatIsStored())) {
            new UsageRecount(rows).begin();
        }
    }

    /** A user with the rights of its groups, which count from when it joined them. */
    Optional<User> effective(String name) {
        return Optional.ofNullable(rows.get(RowKeys.user(name), UserRow.parser()))
                .map(row -> {
                    User user = user(name, row);
                    if (user.groups().isEmpty()) {
                        return user;
                    }
                    Groups groups = new Groups(rows);
                    Map<String, Instant> joined = joined(row);
                    List<Grant> all = new ArrayList<>(user.grants());
                    user.groups()
                            .forEach(group -> groups.grantsOf(group)
                                    .forEach(grant -> all.add(
                                            joined.containsKey(group)
                                                    ? grant.notBefore(joined.getOrDefault(group, now()))
                                                    : grant)));
                    return user.with(all);
                });
    }

    /** When a user joined its groups, if that is known. */
    private static Map<String, Instant> joined(UserRow row) {
        Map<String, Instant> joined = new HashMap<>();
        for (int i = 0; i < row.getGroupSinceMsCount() && i < row.getGroupsCount(); i++) {
            joined.put(row.getGroups(i), Instant.ofEpochMilli(row.getGroupSinceMs(i)));
        }
        return joined;
    }

    /** The user's part of {@link Groups#setMember}. */
    void setGroup(String name, String group, boolean member) {
        User before = require(name);
        List<String> groups = new ArrayList<>(before.groups());
        groups.remove(group);
        if (member) {
            groups.add(group);
        }
        if (groups.size() > Group.MAX_OF_USER) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, name, "a user is in " + Group.MAX_OF_USER + " groups at the most");
        }
        put(new User(name, before.generation(), before.grants(), before.limits(), groups), row(name));
        if (member) {
            requireFits(name);
        }
    }

    void limit(Command.SetLimits set) {
        User before = require(set.name());
        UserLimits old = before.limits();
        UserLimits after = new UserLimits(
                set.bytes() == null ? old.bytes() : set.bytes(),
                set.files() == null ? old.files() : set.files(),
                set.sessions() == null ? old.sessions() : usual(set.sessions()),
                set.requests() == null ? old.requests() : usual(set.requests()));
        if (after.limitsWhatIsStored()) {
            requireWholeOwner(before.name());
            new UsageRecount(rows).begin();
        }
        put(new User(before.name(), before.generation(), before.grants(), after, before.groups()), row(set.name()));
    }

    private static int usual(int said) {
        return said == -1 ? 0 : said;
    }

    private static void requireWholeOwner(String name) {
        if (name.length() > FileRecord.MAX_OWNER) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    name,
                    "files remember the first " + FileRecord.MAX_OWNER
                            + " characters of who saved them: what a user with a longer name has is not counted");
        }
    }

    /**
     * Throws {@code QUOTA} if owners would exceed their limits. Changes that add nothing are never
     * refused.
     */
    void require(Map<String, Sum> changes, SpaceUsage spaceUsage) {
        changes.forEach((owner, more) -> find(owner).ifPresent(user -> require(user, more, spaceUsage.of(owner))));
    }

    private static void require(User user, Sum more, Sum used) {
        UserLimits limits = user.limits();
        if (Quotas.exceeds(used.bytes(), more.bytes(), limits.bytes())) {
            throw refused(
                    user,
                    "this user may have " + limits.bytes() + " bytes, has " + used.bytes() + ", and this takes "
                            + more.bytes() + " more");
        }
        if (Quotas.exceeds(used.files(), more.files(), limits.files())) {
            throw refused(
                    user,
                    "this user may have " + limits.files() + " files, has " + used.files() + ", and this makes "
                            + more.files() + " more");
        }
    }

    private static TrivetException refused(User user, String detail) {
        return TrivetException.of(
                Refusal.Kind.QUOTA,
                user.name(),
                detail + ": what is in the trash counts; remove something past it, or ask an administrator for more");
    }

    /** What a user has; {@code sessions} are the counts per user. */
    UserUse use(User user, Map<String, Integer> sessions) {
        Sum sum = new SpaceUsage(rows).of(user.name());
        return new UserUse(Quotas.shown(sum.bytes()), Quotas.shown(sum.files()), sessions.getOrDefault(user.name(), 0));
    }

    Optional<User> find(String name) {
        return Optional.ofNullable(rows.get(RowKeys.user(name), UserRow.parser()))
                .map(row -> user(name, row));
    }

    Optional<Namespace.WrappedSecret> secretOf(String name) {
        return Optional.ofNullable(rows.get(RowKeys.user(name), UserRow.parser()))
                .map(row -> new Namespace.WrappedSecret(row.getSecret().toByteArray(), row.getMark()));
    }

    RowPage<User> page(String after, int limit) {
        RowKeys.Span all = RowKeys.users();
        RowKeys.Span rest = after.isEmpty() ? all : all.startingAt(RowKeys.after(RowKeys.user(after)));
        return RowPage.of(rows, rest, limit).map(Users::user);
    }

    /** Without an administrator nobody could ever grant a right again. */
    private void requireAnotherAdministrator(User going) {
        boolean another = !going.isAdministrator()
                || rows.any(RowKeys.users(), row -> {
                    User user = user(row);
                    return user.isAdministrator() && !user.name().equals(going.name());
                });
        if (!another) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED,
                    going.name(),
                    "it is the only user who may administer /: add another one first");
        }
    }

    private User require(String name) {
        User.checkName(name);
        return user(name, row(name));
    }

    private UserRow row(String name) {
        UserRow row = rows.get(RowKeys.user(name), UserRow.parser());
        if (row == null) {
            throw TrivetException.of(Refusal.Kind.NO_SUCH_USER, name, "");
        }
        return row;
    }

    /** Keeps the user's secret. */
    private void put(User user, UserRow before) {
        put(user, before.getSecret(), before.getMark(), before);
    }

    private void put(User user, ByteString secret, long mark, UserRow before) {
        UserRow.Builder row = UserRow.newBuilder()
                .setSecret(secret)
                .setMark(mark)
                .setGeneration(user.generation())
                .addAllGrants(user.grants().stream().map(StateCodec::to).toList());
        if (!user.limits().equals(UserLimits.USUAL)) {
            row.setLimits(StateCodec.to(user.limits()));
            new Settings(rows).raiseFormat(Settings.ADDITIONS_FORMAT);
        }
        if (user.grants().size() > FIRST_MAX_GRANTS) {
            new Settings(rows).raiseFormat(Settings.ADDITIONS_FORMAT);
        }
        row.addAllGroups(user.groups());
        Map<String, Instant> joined = joined(before);
        boolean known = joined.size() == before.getGroupsCount();
        for (String group : known ? user.groups() : List.<String>of()) {
            row.addGroupSinceMs(joined.getOrDefault(group, now()).toEpochMilli());
        }
        rows.put(RowKeys.user(user.name()), row.build());
    }

    private static ByteString checked(byte[] wrapped) {
        if (wrapped.length == 0 || wrapped.length > Command.MAX_WRAPPED) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, "", "a wrapped secret has 1 to " + Command.MAX_WRAPPED + " bytes");
        }
        return ByteString.copyFrom(wrapped);
    }

    private static User user(Pair row) {
        return user(RowKeys.userOf(row.key()), Transaction.parse(row, UserRow.parser()));
    }

    static User user(String name, UserRow row) {
        return new User(
                name,
                row.getGeneration(),
                row.getGrantsList().stream().map(StateCodec::from).toList(),
                StateCodec.from(row.getLimits()),
                row.getGroupsList());
    }
}
