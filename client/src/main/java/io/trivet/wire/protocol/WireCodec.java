package io.trivet.wire.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.trivet.message.CommandCodec;
import io.trivet.message.QueryCodec;
import io.trivet.message.StateCodec;
import io.trivet.message.WireMessages;
import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;

/**
 * Converts requests and replies to messages of {@code wire.proto} and back. Throws {@link
 * ProtocolException} for bytes that are no valid message.
 */
public final class WireCodec {
    private WireCodec() {}

    public static WireMessages.Request to(RequestEnvelope requestEnvelope) {
        WireMessages.Request.Builder builder = WireMessages.Request.newBuilder();
        if (requestEnvelope.target() instanceof NodeId target) {
            builder.setTarget(target.number());
        }
        if (requestEnvelope.id() instanceof RequestId id) {
            builder.setRequestId(id.value());
        }
        if (requestEnvelope.token() instanceof byte[] token) {
            builder.setToken(ByteString.copyFrom(token));
        }
        switch (requestEnvelope.request()) {
            case Request.GetView ignored -> builder.setGetView(WireMessages.Request.GetView.getDefaultInstance());
            case Request.Heartbeat beat -> builder.setHeartbeat(HeartbeatCodec.to(beat));
            case Request.Submit submit -> builder.setSubmit(CommandCodec.to(submit.operation()));
            case Request.Ask ask -> builder.setAsk(QueryCodec.to(ask.query()));
            case Request.KeepSession keep ->
                builder.setKeepSession(WireMessages.Request.KeepSession.newBuilder()
                        .setSession(keep.session().number()));
            case Request.StoreChunk store -> builder.setStoreChunk(ChunkCodec.to(store));
            case Request.StoreChunks store -> builder.setStoreChunks(BatchCodec.to(store));
            case Request.FetchChunks fetch -> builder.setFetchChunks(BatchCodec.to(fetch));
            case Request.SubmitAll all -> builder.setSubmitAll(BatchCodec.to(all));
            case Request.AskAll all -> builder.setAskAll(BatchCodec.to(all));
            case Request.ForwardChunk forward -> builder.setForwardChunk(ChunkCodec.to(forward));
            case Request.FetchChunk fetch -> builder.setFetchChunk(ChunkCodec.to(fetch));
            case Request.HasChunk has -> builder.setHasChunk(ChunkCodec.to(has));
            case Request.ReportChunk report -> builder.setReportChunk(ChunkCodec.to(report));
            case Request.TakeSeat take ->
                builder.setTakeSeat(WireMessages.Request.TakeSeat.newBuilder().setEpoch(take.epoch()));
            case Request.LeaveSeat leave ->
                builder.setLeaveSeat(WireMessages.Request.LeaveSeat.newBuilder().setEpoch(leave.epoch()));
            case Request.EnterCluster enter -> builder.setEnterCluster(JoinCodec.to(enter));
            case Request.RenewCertificate renew -> builder.setRenewCertificate(JoinCodec.to(renew));
            case Request.Rekey rekey ->
                builder.setRekey(WireMessages.Request.Rekey.newBuilder()
                        .setBefore(rekey.before())
                        .setOverlapSeconds(rekey.overlap().toSeconds()));
            case Request.GetClusterKeys ignored -> builder.setGetClusterKeys(true);
            case Request.KeepKeys keep -> builder.setKeepKeys(JoinCodec.to(keep));
            case Request.BackUp backUp ->
                builder.setBackUp(WireMessages.Request.BackUp.newBuilder().setNewerThan(backUp.newerThan()));
            case Request.QuorumCall call ->
                builder.setQuorumCall(
                        WireMessages.Request.QuorumCall.newBuilder().setMethod(call.method()));
            case Request.GetSizes(var node) ->
                builder.setGetSizes(WireMessages.Request.GetSizes.newBuilder().setNode(node.number()));
            case Request.GetDigests get ->
                builder.setGetDigests(WireMessages.Request.GetDigests.newBuilder()
                        .addAllSlots(get.slots().stream().map(Slot::number).toList()));
            case Request.ListSlot list -> builder.setListSlot(RepairCodec.to(list));
            case Request.PromiseToKeep promise -> builder.setPromiseToKeep(RepairCodec.to(promise));
            case Request.Examine examine ->
                builder.setExamine(WireMessages.Request.Examine.newBuilder()
                        .setAddress(examine.address().toString()));
            case Request.GetReports ignored ->
                builder.setGetReports(WireMessages.Request.GetReports.getDefaultInstance());
            case Request.GetDebt ignored -> builder.setGetDebt(WireMessages.Request.GetDebt.getDefaultInstance());
            case Request.Challenge ignored -> builder.setChallenge(WireMessages.Request.Challenge.getDefaultInstance());
            case Request.LogIn login -> builder.setLogIn(IdentityCodec.to(login));
            case Request.GetNodeSecret get -> builder.setGetNodeSecret(ByteString.copyFrom(get.privateKey()));
            case Request.GetTokenKeys ignored ->
                builder.setGetTokenKeys(WireMessages.Request.GetTokenKeys.getDefaultInstance());
            case Request.RenewToken ignored ->
                builder.setRenewToken(WireMessages.Request.RenewToken.getDefaultInstance());
            case Request.Delegate delegate -> builder.setDelegate(IdentityCodec.to(delegate));
            case Request.SignReceipt sign -> builder.setSignReceipt(ReceiptCodec.to(sign));
            case Request.VerifyChunks verify -> builder.setVerifyChunks(ChunkCodec.to(verify));
        }
        return builder.build();
    }

    public static RequestEnvelope request(byte[] header) throws ProtocolException {
        return parse("request", () -> {
            WireMessages.Request message = WireMessages.Request.parseFrom(header);
            return new RequestEnvelope(
                    message.hasTarget() ? new NodeId(message.getTarget()) : null,
                    from(message),
                    message.hasRequestId() ? new RequestId(message.getRequestId()) : null,
                    message.getToken().isEmpty() ? null : message.getToken().toByteArray());
        });
    }

    private static Request from(WireMessages.Request message) {
        return switch (message.getKindCase()) {
            case GET_VIEW -> new Request.GetView();
            case CHALLENGE -> new Request.Challenge();
            case LOG_IN -> IdentityCodec.from(message.getLogIn());
            case GET_NODE_SECRET ->
                new Request.GetNodeSecret(message.getGetNodeSecret().toByteArray());
            case GET_TOKEN_KEYS -> new Request.GetTokenKeys();
            case RENEW_TOKEN -> new Request.RenewToken();
            case HEARTBEAT -> HeartbeatCodec.from(message.getHeartbeat());
            case SUBMIT -> new Request.Submit(CommandCodec.from(message.getSubmit()));
            case ASK -> new Request.Ask(QueryCodec.from(message.getAsk()));
            case KEEP_SESSION ->
                new Request.KeepSession(new SessionId(message.getKeepSession().getSession()));
            case STORE_CHUNK -> ChunkCodec.from(message.getStoreChunk());
            case STORE_CHUNKS -> BatchCodec.from(message.getStoreChunks());
            case FETCH_CHUNKS -> BatchCodec.from(message.getFetchChunks());
            case SUBMIT_ALL -> BatchCodec.from(message.getSubmitAll());
            case ASK_ALL -> BatchCodec.from(message.getAskAll());
            case FORWARD_CHUNK -> ChunkCodec.from(message.getForwardChunk());
            case FETCH_CHUNK -> ChunkCodec.from(message.getFetchChunk());
            case HAS_CHUNK -> ChunkCodec.from(message.getHasChunk());
            case REPORT_CHUNK -> ChunkCodec.from(message.getReportChunk());
            case TAKE_SEAT -> new Request.TakeSeat(message.getTakeSeat().getEpoch());
            case LEAVE_SEAT -> new Request.LeaveSeat(message.getLeaveSeat().getEpoch());
            case ENTER_CLUSTER -> JoinCodec.from(message.getEnterCluster());
            case RENEW_CERTIFICATE -> JoinCodec.from(message.getRenewCertificate());
            case REKEY ->
                new Request.Rekey(
                        message.getRekey().getBefore(),
                        Duration.ofSeconds(message.getRekey().getOverlapSeconds()));
            case GET_CLUSTER_KEYS -> new Request.GetClusterKeys();
            case KEEP_KEYS -> JoinCodec.from(message.getKeepKeys());
            case BACK_UP -> new Request.BackUp(message.getBackUp().getNewerThan());
            case QUORUM_CALL -> new Request.QuorumCall(message.getQuorumCall().getMethod());
            case GET_SIZES ->
                new Request.GetSizes(new NodeId(message.getGetSizes().getNode()));
            case GET_DIGESTS ->
                new Request.GetDigests(message.getGetDigests().getSlotsList().stream()
                        .map(Slot::new)
                        .toList());
            case LIST_SLOT -> RepairCodec.from(message.getListSlot());
            case PROMISE_TO_KEEP -> RepairCodec.from(message.getPromiseToKeep());
            case GET_DEBT -> new Request.GetDebt();
            case GET_REPORTS -> new Request.GetReports();
            case EXAMINE ->
                new Request.Examine(Address.parse(message.getExamine().getAddress()));
            case DELEGATE -> IdentityCodec.from(message.getDelegate());
            case SIGN_RECEIPT -> ReceiptCodec.from(message.getSignReceipt());
            case VERIFY_CHUNKS -> ChunkCodec.from(message.getVerifyChunks());
            case KIND_NOT_SET -> throw unknown("request");
        };
    }

    public static WireMessages.Response to(Reply reply) {
        WireMessages.Response.Builder builder = WireMessages.Response.newBuilder();
        WireMessages.Response.Done done = WireMessages.Response.Done.getDefaultInstance();
        switch (reply) {
            case Reply.Refused refused -> builder.setRefused(StateCodec.to(refused.refusal()));
            case Reply.Done ignored -> builder.setDone(done);
            case Reply.ViewOf view -> builder.setView(HeartbeatCodec.to(view));
            case Reply.OutcomeOf outcome -> builder.setOutcome(StateCodec.to(outcome.outcome()));
            case Reply.AnswerOf answer -> builder.setAnswer(QueryCodec.to(answer.queryResult()));
            case Reply.Stored stored -> builder.setStored(ChunkCodec.to(stored));
            case Reply.Each each ->
                builder.setEach(WireMessages.Response.Each.newBuilder()
                        .addAllAnswers(
                                each.answers().stream().map(WireCodec::to).toList()));
            case Reply.StoredEach each -> builder.setStoredEach(BatchCodec.to(each));
            case Reply.FetchedEach each -> builder.setFetchedEach(BatchCodec.to(each));
            case Reply.Fetched fetched -> builder.setFetched(ChunkCodec.to(fetched));
            case Reply.Has has -> builder.setHas(ChunkCodec.to(has));
            case Reply.Examined examined ->
                builder.setExamined(WireMessages.Response.Examined.newBuilder()
                        .setNowMs(examined.now().toEpochMilli())
                        .setSeenFrom(examined.seenFrom())
                        .addAllResolved(examined.resolved())
                        .setReached(examined.reached())
                        .setReason(examined.reason()));
            case Reply.Entered entered -> builder.setEntered(JoinCodec.to(entered));
            case Reply.QuorumReply ignored -> builder.setQuorumReply(done);
            case Reply.Digests digests -> builder.setDigests(RepairCodec.to(digests));
            case Reply.Names names -> builder.setNames(RepairCodec.to(names));
            case Reply.Promised promised -> builder.setPromised(RepairCodec.to(promised));
            case Reply.DebtOf debt -> builder.setDebt(RepairCodec.to(debt.debt()));
            case Reply.Reports reports -> builder.setReports(RepairCodec.to(reports));
            case Reply.Challenged challenged -> builder.setChallenged(ByteString.copyFrom(challenged.nonce()));
            case Reply.LoggedIn in -> builder.setLoggedIn(ByteString.copyFrom(in.proof()));
            case Reply.Sealed sealed -> builder.setSealed(ByteString.copyFrom(sealed.bytes()));
            case Reply.TokenKeys keys -> builder.setTokenKeys(IdentityCodec.to(keys));
            case Reply.Delegated delegated -> builder.setDelegated(IdentityCodec.to(delegated));
            case Reply.WithToken with ->
                builder.mergeFrom(to(with.reply()))
                        .setToken(ByteString.copyFrom(with.token()))
                        .setTokenValidMs(with.validMs());
            case Reply.Signed signed -> builder.setSigned(ReceiptCodec.to(signed));
            case Reply.Verified verified -> builder.setVerified(ChunkCodec.to(verified));
        }
        return builder.build();
    }

    public static Reply reply(byte[] header) throws ProtocolException {
        return parse("answer", () -> withToken(WireMessages.Response.parseFrom(header)));
    }

    private static Reply withToken(WireMessages.Response message) {
        Reply reply = from(message);
        return message.getToken().isEmpty()
                ? reply
                : new Reply.WithToken(reply, message.getToken().toByteArray(), message.getTokenValidMs());
    }

    /** One answer of many, which is not itself many answers. */
    private static Reply single(WireMessages.Response message) {
        if (message.hasEach()) {
            throw unknown("answer among answers");
        }
        return withToken(message);
    }

    private static Reply from(WireMessages.Response message) {
        return switch (message.getKindCase()) {
            case REFUSED -> new Reply.Refused(StateCodec.from(message.getRefused()));
            case DONE -> new Reply.Done();
            case VIEW -> HeartbeatCodec.from(message.getView());
            case OUTCOME -> new Reply.OutcomeOf(StateCodec.from(message.getOutcome()));
            case ANSWER -> new Reply.AnswerOf(QueryCodec.from(message.getAnswer()));
            case STORED -> ChunkCodec.from(message.getStored());
            case SIGNED -> ReceiptCodec.from(message.getSigned());
            case EACH ->
                new Reply.Each(message.getEach().getAnswersList().stream()
                        .map(WireCodec::single)
                        .toList());
            case STORED_EACH -> BatchCodec.from(message.getStoredEach());
            case FETCHED_EACH -> BatchCodec.from(message.getFetchedEach());
            case FETCHED -> ChunkCodec.from(message.getFetched());
            case HAS -> ChunkCodec.from(message.getHas());
            case EXAMINED ->
                new Reply.Examined(
                        Instant.ofEpochMilli(message.getExamined().getNowMs()),
                        message.getExamined().getSeenFrom(),
                        message.getExamined().getResolvedList(),
                        message.getExamined().getReached(),
                        message.getExamined().getReason());
            case ENTERED -> JoinCodec.from(message.getEntered());
            case QUORUM_REPLY -> new Reply.QuorumReply();
            case DIGESTS -> RepairCodec.from(message.getDigests());
            case NAMES -> RepairCodec.from(message.getNames());
            case PROMISED -> RepairCodec.from(message.getPromised());
            case DEBT -> new Reply.DebtOf(RepairCodec.from(message.getDebt()));
            case REPORTS -> RepairCodec.from(message.getReports());
            case CHALLENGED -> new Reply.Challenged(message.getChallenged().toByteArray());
            case LOGGED_IN -> new Reply.LoggedIn(message.getLoggedIn().toByteArray());
            case SEALED -> new Reply.Sealed(message.getSealed().toByteArray());
            case DELEGATED -> IdentityCodec.from(message.getDelegated());
            case TOKEN_KEYS -> IdentityCodec.from(message.getTokenKeys());
            case VERIFIED -> ChunkCodec.from(message.getVerified());
            case KIND_NOT_SET -> throw unknown("answer");
        };
    }

    private interface Parser<T> {
        T parse() throws InvalidProtocolBufferException;
    }

    private static <T> T parse(String what, Parser<T> parser) throws ProtocolException {
        try {
            return parser.parse();
        } catch (InvalidProtocolBufferException | IllegalArgumentException | TrivetException e) {
            ProtocolException invalid = new ProtocolException("not a valid " + what + ": " + e.getMessage());
            invalid.initCause(e);
            throw invalid;
        }
    }

    static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("this " + what + " is of a kind that this release does not know");
    }
}
