package io.trivet.node.access;

import io.trivet.model.Command;
import io.trivet.model.Operation;
import io.trivet.model.Query;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.wire.protocol.Request;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The access control table: the rule for every request, command and query. A new kind without a rule
 * does not compile. {@link Authorizer} enforces it; nothing else decides.
 */
final class AccessRules {
    private static final AccessRule ANYONE = new AccessRule.Anyone();
    private static final AccessRule ANY_USER = new AccessRule.AnyUser();
    private static final AccessRule MEMBER = new AccessRule.Member();
    private static final AccessRule ADMINISTRATOR =
            new AccessRule.OneRight(RemotePath.ROOT, EnumSet.of(Right.ADMINISTER));
    private static final AccessRule LEADER = new AccessRule.TheLeaderItself();
    private static final Set<Right> READ = EnumSet.of(Right.READ);
    private static final Set<Right> WRITE = EnumSet.of(Right.WRITE);
    private static final Set<Right> READ_OR_WRITE = EnumSet.of(Right.READ, Right.WRITE);

    private AccessRules() {}

    static AccessRule of(Request request) {
        return switch (request) {
            // To find a cluster and to prove who one is.
            case Request.GetView _, Request.Challenge _, Request.LogIn _ -> ANYONE;
            // The private half of a key that has joined is in the request.
            case Request.GetNodeSecret _ -> ANYONE;
            // The secret of a join token, and a signature with the key that the certificate is for, are in the request.
            case Request.EnterCluster _, Request.RenewCertificate _ -> ANYONE;
            case Request.Submit(Operation operation) -> of(operation);
            case Request.Ask(Query query) -> of(query);
            case Request.KeepSession(var session) -> new AccessRule.OwnSession(session);
            case Request.GetDebt _, Request.GetReports _ -> ANY_USER;
            case Request.RenewToken _ -> ANY_USER;
            // Every node keeps a copy of the namespace, in which secrets are wrapped.
            case Request.BackUp _ -> new AccessRule.AdministratorOrNode();
            case Request.StoreChunk store -> new AccessRule.Chunks(WRITE, List.of(store.chunk()));
            case Request.ForwardChunk forward -> new AccessRule.Chunks(WRITE, List.of(forward.chunk()));
            case Request.FetchChunk fetch -> new AccessRule.Chunks(READ, List.of(fetch.chunk()));
            case Request.HasChunk has -> new AccessRule.Chunks(READ_OR_WRITE, has.chunks());
            case Request.VerifyChunks verify -> new AccessRule.Chunks(READ, verify.chunks());
            // Without chunks it is about a name, which the leader knows.
            case Request.SignReceipt sign ->
                sign.chunks().isEmpty()
                        ? new AccessRule.OneRight(sign.path(), READ)
                        : new AccessRule.Chunks(READ, sign.chunks());
            case Request.ReportChunk report -> new AccessRule.Chunks(READ, List.of(report.chunk()));
            case Request.Heartbeat beat -> new AccessRule.ThatNode(beat.node());
            // For a plan: the leader, which alone knows users, asks the node.
            case Request.GetSizes _, Request.Rekey _ -> ADMINISTRATOR;
            // A server that means to join looks at its surroundings: this node asks for names and connects for it.
            case Request.Examine _ -> new AccessRule.Newcomer();
            case Request.GetDigests _, Request.ListSlot _, Request.PromiseToKeep _ -> MEMBER;
            case Request.QuorumCall _ -> new AccessRule.KnowsClusterKeys();
            case Request.GetTokenKeys _ -> MEMBER;
            // From a master: it could have them from any other one, and is given them with its seat.
            case Request.GetClusterKeys _ -> new AccessRule.Master();
            // From the leader, which is a master.
            case Request.KeepKeys _, Request.TakeSeat _, Request.LeaveSeat _ -> new AccessRule.Master();
        };
    }

    /** A numbered operation belongs to the caller's own session, besides what its command needs. */
    private static AccessRule of(Operation operation) {
        AccessRule accessRule = of(operation.command());
        return operation.session() == null
                ? accessRule
                : new AccessRule.All(List.of(new AccessRule.OwnSession(operation.session()), accessRule));
    }

    static AccessRule of(Command command) {
        return switch (command) {
            case Command.IssueToken _ -> new AccessRule.AdministratorOrMaster();
            case Command.OpenSession _ -> ANY_USER;
            case Command.EndSession(var session) -> new AccessRule.OwnSession(session);
            // What is saved under an id is looked at when its chunks are stored and when it gets a name.
            case Command.Reserve _, Command.Adopt _, Command.Abandon _ -> ANY_USER;
            case Command.Commit commit -> new AccessRule.OneRight(commit.path(), WRITE);
            case Command.MakeDirectory(var path) -> new AccessRule.OneRight(path, WRITE);
            case Command.Remove remove -> new AccessRule.OneRight(remove.path(), WRITE);
            case Command.Rename rename -> rename(rename);
            case Command.SetSweeping _, Command.Rearrange _, Command.SetRebalancing _, Command.SetMasters _ ->
                ADMINISTRATOR;
            case Command.RevokeToken _, Command.SetTrash _, Command.SetQuota _ -> ADMINISTRATOR;
            // As a rename from where it was.
            case Command.Untrash untrash ->
                new AccessRule.All(List.of(
                        new AccessRule.Untrashed(untrash.file(), untrash.path()),
                        new AccessRule.OneRight(untrash.path(), WRITE)));
            case Command.Discard discard ->
                discard.ids().isEmpty()
                        ? ANY_USER
                        : new AccessRule.All(discard.ids().stream()
                                .<AccessRule>map(file -> new AccessRule.Trashed(file, WRITE))
                                .toList());
            case Command.AddUser _, Command.SetLimits _ -> ADMINISTRATOR;
            case Command.AddGroup _, Command.RemoveGroup _, Command.SetMember _ -> ADMINISTRATOR;
            case Command.RemoveUser _ -> ADMINISTRATOR;
            case Command.RotateSecret rotate -> new AccessRule.Oneself(rotate.name());
            case Command.SetRights set -> new AccessRule.OneRight(set.grant().path(), EnumSet.of(Right.ADMINISTER));
            case Command.Found _,
                    Command.Join _,
                    Command.Seat _,
                    Command.Move _,
                    Command.RaiseLossEpoch _,
                    Command.PublishLayout _,
                    Command.SettleLayout _,
                    Command.Measure _,
                    Command.ForgetNode _,
                    Command.Dissolve _,
                    Command.CountUse _,
                    Command.Attest _,
                    Command.Rekey _,
                    Command.Rewrap _,
                    Command.ForgetRemoved _,
                    Command.Restore _,
                    Command.Restored _ -> LEADER;
        };
    }

    /**
     * Write on both sides; and read where it was, or moving a file would make it readable for
     * whoever may read where it went.
     */
    private static AccessRule rename(Command.Rename rename) {
        List<AccessRule> needs = new ArrayList<>();
        needs.add(new AccessRule.OneRight(rename.from(), WRITE));
        needs.add(new AccessRule.OneRight(rename.from(), READ));
        needs.add(new AccessRule.OneRight(rename.to(), WRITE));
        return new AccessRule.All(needs);
    }

    static AccessRule of(Query query) {
        return switch (query) {
            // What something is, for anyone who may do anything with it; its chunks take a token that only readers get.
            // Of a directory also for whoever may do something below it.
            case Query.Lookup(var path) -> new AccessRule.LookUp(path);
            case Query.Listing listing -> new AccessRule.OneRight(listing.directory(), EnumSet.of(Right.LIST));
            case Query.View _ -> ANYONE;
            case Query.Users _, Query.Groups _, Query.Tokens _ -> ADMINISTRATOR;
            // Each user sees what was where he may list, and the quotas that may refuse him something.
            case Query.Trash _, Query.Quotas _ -> ANY_USER;
            case Query.IdStates _ -> MEMBER;
        };
    }
}
