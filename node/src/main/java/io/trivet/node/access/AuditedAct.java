package io.trivet.node.access;

import io.trivet.model.Command;
import io.trivet.model.Operation;
import io.trivet.model.Query;
import io.trivet.model.Quota;
import io.trivet.wire.protocol.Request;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The audit log's name and subject of a request. */
final class AuditedAct {
    private AuditedAct() {}

    /** The name of a request, such as {@code set rights}. */
    static String of(Request request) {
        return switch (request) {
            case Request.Submit(Operation operation) -> name(operation.command());
            case Request.Ask(Query query) -> name(query);
            case Request.LogIn login -> "log in " + login.who();
            default -> name(request);
        };
    }

    /** {@code SetRights} becomes {@code set rights}. */
    private static String name(Record kind) {
        return kind.getClass()
                .getSimpleName()
                .replaceAll("(?<!^)([A-Z])", " $1")
                .toLowerCase(java.util.Locale.ROOT);
    }

    private static String name(Request request) {
        return name((Record) request);
    }

    static String name(Command command) {
        return name((Record) command);
    }

    private static String name(Query query) {
        return name((Record) query);
    }

    /**
     * The subject of administrative commands and removals; empty for saves, which are not recorded.
     */
    static Optional<String> subject(Command command) {
        return switch (command) {
            case Command.IssueToken token -> Optional.of(token.uses() + " uses until " + token.expires());
            case Command.SetMetadata set ->
                Optional.ofNullable(set.owner()).map(owner -> set.path() + " owner " + owner);
            case Command.Remove remove -> Optional.of(remove.path().toString());
            case Command.Discard discard -> Optional.of(discard.ids().size() + " files of the trash");
            case Command.Untrash untrash -> Optional.of(untrash.path().toString());
            case Command.SetTrash set -> Optional.of(set.seconds() + " s");
            case Command.AddGroup add -> Optional.of(add.name());
            case Command.RemoveGroup remove -> Optional.of(remove.name());
            case Command.SetMember set ->
                Optional.of(set.group() + (set.member() ? " with " : " without ") + set.user());
            case Command.SetLimits set ->
                Optional.of(set.name()
                        + said(" bytes", set.bytes())
                        + said(" files", set.files())
                        + said(" sessions", set.sessions())
                        + said(" requests", set.requests()));
            case Command.SetQuota set ->
                Optional.of(set.directory() + said(" bytes", set.bytes()) + said(" files", set.files()));
            case Command.Rearrange rearrange ->
                Optional.of("layout " + rearrange.layout().version());
            case Command.SetRebalancing set -> Optional.of(set.toString());
            case Command.SetSweeping set -> Optional.of(set.on() ? "on" : "off");
            case Command.AddUser add -> Optional.of(add.name());
            case Command.RotateSecret rotate -> Optional.of(rotate.name());
            case Command.SetMasters set -> Optional.of(Integer.toString(set.masters()));
            case Command.RevokeToken revoke -> Optional.of(revoke.id());
            case Command.RemoveUser(var name) -> Optional.of(name);
            case Command.SetRights set -> Optional.of(set.name() + " " + set.grant());
            default -> Optional.empty();
        };
    }

    /** Whether users change names by it, as often as they like. */
    static boolean isOfNames(Command command) {
        return command instanceof Command.Remove
                || command instanceof Command.Discard
                || command instanceof Command.Untrash;
    }

    private static String said(String what, @Nullable Number limit) {
        return limit == null ? "" : what + "=" + (limit.longValue() == Quota.NO_LIMIT ? "none" : limit);
    }
}
