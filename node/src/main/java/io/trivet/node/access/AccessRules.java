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
 * The access control table: the rule for every request, command and query. A new kind without a
 * rule does not compile. {@link Authorizer} enforces it; nothing else decides.
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
            // Needed to find a cluster and to authenticate.
            case Request.GetView _, Request.Challenge _, Request.LogIn _ -> ANYONE;
            // The request contains the private key of a node that has joined.
            case Request.GetNodeSecret _ -> ANYONE;
            // The request contains proof of a join token's secret, and a signature with the key
            // that the certificate is for.
            case Request.EnterCluster _, Request.RenewCertificate _ -> ANYONE;
            case Request.Submit(Operation operation) -> of(operation);
            case Request.Ask(Query query) -> of(query);
            case Request.KeepSession(var session) -> new AccessRule.OwnSession(session);
            case Request.GetDebt _, Request.GetReports _ -> ANY_USER;
            case Request.RenewToken _ -> ANY_USER;
            // Every node keeps a copy of the namespace, in which secrets are wrapped.
            case Request.BackUp _ -> new AccessRule.AdministratorOrNode();
            case Request.StoreChunk store -> new AccessRule.Chunks(WRITE, List.of(store.chunk()));
            case Request.StoreChunks store ->
                new AccessRule.Chunks(
                        WRITE,
                        store.chunks().stream().map(Request.SmallChunk::chunk).toList());
            case Request.FetchChunks fetch -> new AccessRule.ChunksByToken(READ, fetch.chunks());
            // The rule of each operation or question is checked for itself.
            case Request.SubmitAll _, Request.AskAll _ -> ANY_USER;
            case Request.ForwardChunk forward -> new AccessRule.Chunks(WRITE, List.of(forward.chunk()));
            case Request.FetchChunk fetch -> new AccessRule.Chunks(READ, List.of(fetch.chunk()));
            case Request.HasChunk has -> new AccessRule.Chunks(READ_OR_WRITE, has.chunks());
            case Request.VerifyChunks verify -> new AccessRule.Chunks(READ, verify.chunks());
            // Without chunks it concerns a name, and goes to the leader.
            case Request.SignReceipt sign ->
                sign.chunks().isEmpty()
                        ? new AccessRule.OneRight(sign.path(), READ)
                        : new AccessRule.Chunks(READ, sign.chunks());
            case Request.ReportChunk report -> new AccessRule.Chunks(READ, List.of(report.chunk()));
            case Request.Heartbeat beat -> new AccessRule.ThatNode(beat.node());
            // For a plan: only the leader knows users, and it asks the node.
            case Request.GetSizes _, Request.Rekey _ -> ADMINISTRATOR;
            // This node resolves names and makes connections for a server that is to join.
            case Request.Examine _ -> new AccessRule.Newcomer();
            case Request.GetDigests _, Request.ListSlot _, Request.PromiseToKeep _ -> MEMBER;
            case Request.QuorumCall _ -> new AccessRule.KnowsClusterKeys();
            case Request.GetTokenKeys _ -> MEMBER;
            // The request contains what a user has signed.
            case Request.Delegate _ -> MEMBER;
            // From a master: it could have the keys from any other, and gets them with its seat.
            case Request.GetClusterKeys _ -> new AccessRule.Master();
            // From the leader, which is a master.
            case Request.KeepKeys _, Request.TakeSeat _, Request.LeaveSeat _ -> new AccessRule.Master();
        };
    }

    /**
     * A numbered operation must belong to the caller's own session, in addition to the rule of its
     * command.
     */
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
            // Rights are checked when chunks are stored and when the file gets a name.
            case Command.Reserve _, Command.Adopt _, Command.Abandon _ -> ANY_USER;
            case Command.Commit commit -> new AccessRule.OneRight(commit.path(), WRITE);
            case Command.ChangeFile change -> new AccessRule.OneRight(change.path(), WRITE);
            case Command.Create create -> new AccessRule.OneRight(create.path(), WRITE);
            // The limits of the owner count a file: nobody gives files away, or takes them.
            case Command.SetMetadata set ->
                new AccessRule.OneRight(set.path(), set.owner() == null ? WRITE : EnumSet.of(Right.ADMINISTER));
            case Command.BeginUpload begin -> new AccessRule.OneRight(begin.path(), WRITE);
            case Command.PutPiece put -> new AccessRule.OfUpload(put.file(), WRITE);
            case Command.CompleteUpload complete -> new AccessRule.OneRight(complete.path(), WRITE);
            case Command.AbortUpload(var file) -> new AccessRule.OfUpload(file, WRITE);
            case Command.Copy copy ->
                new AccessRule.All(
                        List.of(new AccessRule.OneRight(copy.from(), READ), new AccessRule.OneRight(copy.to(), WRITE)));
            case Command.MakeDirectory make -> new AccessRule.OneRight(make.path(), WRITE);
            case Command.Remove remove -> new AccessRule.OneRight(remove.path(), WRITE);
            case Command.Rename rename -> rename(rename);
            case Command.SetSweeping _, Command.Rearrange _, Command.SetRebalancing _, Command.SetMasters _ ->
                ADMINISTRATOR;
            case Command.RevokeToken _, Command.SetTrash _, Command.SetQuota _ -> ADMINISTRATOR;
            // Like a rename from its former path.
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
     * Write on both sides, and read at the source; otherwise moving a file could make it readable
     * for users who may only read at the target.
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
            // A record is visible to users with any right there, a directory also to users with a
            // right below it. Chunks need a token, which only readers get.
            case Query.Lookup(var path) -> new AccessRule.LookUp(path);
            case Query.AttributesOf(var path) -> new AccessRule.OneRight(path, EnumSet.of(Right.READ));
            case Query.Listing listing -> new AccessRule.OneRight(listing.directory(), EnumSet.of(Right.LIST));
            case Query.View _ -> ANYONE;
            case Query.Users _, Query.Groups _, Query.Tokens _ -> ADMINISTRATOR;
            // Users see trashed files where they may list, and the quotas that may refuse their
            // requests.
            case Query.Trash _, Query.Quotas _ -> ANY_USER;
            // Of the uploads users see those that they may go on with.
            case Query.Uploads _ -> ANY_USER;
            case Query.Pieces asked -> new AccessRule.OfUpload(asked.file(), Set.of(asked.right()));
            case Query.IdStates _ -> MEMBER;
        };
    }
}
