package dev.kafkaevents.core;

import static dev.kafkaevents.FailureClass.BACK_PRESSURE;
import static dev.kafkaevents.FailureClass.CLIENT_LOST;
import static dev.kafkaevents.FailureClass.CONFIGURATION;
import static dev.kafkaevents.FailureClass.GROUP_CHANGED;
import static dev.kafkaevents.FailureClass.INTERRUPTED;
import static dev.kafkaevents.FailureClass.REJECTED;
import static dev.kafkaevents.FailureClass.SECURITY;
import static dev.kafkaevents.FailureClass.TRANSACTION_ABORTED;
import static dev.kafkaevents.FailureClass.TRANSIENT;
import static dev.kafkaevents.FailureClass.UNKNOWN_OUTCOME;

import dev.kafkaevents.FailureClass;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says of the exceptions of Kafka's clients what they mean. What Kafka derives from what does not
 * tell: a fenced producer is "application recoverable", and an unknown error of the server is next
 * to a record that is too large. So each is listed, by name, since not every supported version of
 * the clients has all of them; and one that is not listed is taken for what it extends.
 *
 * <p>Usable as a rule of {@code Retry} for handlers that use a client of Kafka's themselves.
 */
public final class KafkaFailures {
  private static final String KAFKA = "org.apache.kafka.";

  /** The classes of exceptions by their names without {@link #KAFKA}. */
  private static final Map<String, FailureClass> CLASSES = new HashMap<>();

  static {
    in(
        REJECTED,
        """
        common.InvalidRecordException
        common.errors.InvalidCommitOffsetSizeException
        common.errors.InvalidFetchSizeException
        common.errors.InvalidOffsetException
        common.errors.InvalidRecordStateException
        common.errors.InvalidRegularExpression
        common.errors.InvalidRequestException
        common.errors.InvalidTimestampException
        common.errors.InvalidTopicException
        common.errors.OffsetMetadataTooLarge
        common.errors.PolicyViolationException
        common.errors.PrincipalDeserializationException
        common.errors.RecordBatchTooLargeException
        common.errors.RecordDeserializationException
        common.errors.RecordTooLargeException
        common.errors.SerializationException
        common.errors.TelemetryTooLargeException
        common.errors.UnsupportedForMessageFormatException
        common.network.InvalidReceiveException
        common.protocol.types.SchemaException
        """);
    in(
        TRANSIENT,
        """
        clients.StaleMetadataException
        clients.consumer.internals.AbstractCoordinator$UnjoinedGroupException
        clients.consumer.internals.NoAvailableBrokersException
        clients.consumer.internals.ShareFetchException
        clients.consumer.internals.ShareInFlightBatchException
        common.errors.AuthorizerNotReadyException
        common.errors.BrokerNotAvailableException
        common.errors.ControllerMovedException
        common.errors.CoordinatorLoadInProgressException
        common.errors.CoordinatorNotAvailableException
        common.errors.CorruptRecordException
        common.errors.ElectionNotNeededException
        common.errors.EligibleLeadersNotAvailableException
        common.errors.FencedLeaderEpochException
        common.errors.FetchSessionIdNotFoundException
        common.errors.FetchSessionTopicIdException
        common.errors.InconsistentTopicIdException
        common.errors.InvalidFetchSessionEpochException
        common.errors.InvalidMetadataException
        common.errors.InvalidShareSessionEpochException
        common.errors.KafkaStorageException
        common.errors.LeaderNotAvailableException
        common.errors.ListenerNotFoundException
        common.errors.NewLeaderElectedException
        common.errors.NotControllerException
        common.errors.NotCoordinatorException
        common.errors.NotEnoughReplicasException
        common.errors.NotLeaderOrFollowerException
        common.errors.OffsetNotAvailableException
        common.errors.OperationNotAttemptedException
        common.errors.PreferredLeaderNotAvailableException
        common.errors.ReassignmentInProgressException
        common.errors.RebootstrapRequiredException
        common.errors.RefreshRetriableException
        common.errors.ReplicaNotAvailableException
        common.errors.RetriableException
        common.errors.ShareSessionNotFoundException
        common.errors.StaleBrokerEpochException
        common.errors.UnknownControllerIdException
        common.errors.UnknownLeaderEpochException
        common.errors.UnknownTopicIdException
        common.errors.UnknownTopicOrPartitionException
        common.errors.UnstableOffsetCommitException
        common.security.oauthbearer.JwtRetrieverException
        """);
    in(
        UNKNOWN_OUTCOME,
        """
        common.KafkaException
        common.errors.ApiException
        common.errors.ApplicationRecoverableException
        common.errors.DisconnectException
        common.errors.DuplicateSequenceException
        common.errors.NetworkException
        common.errors.NotEnoughReplicasAfterAppendException
        common.errors.OutOfOrderSequenceException
        common.errors.TimeoutException
        common.errors.UnknownProducerIdException
        common.errors.UnknownServerException
        common.requests.CorrelationIdMismatchException
        """);
    in(
        BACK_PRESSURE,
        """
        clients.producer.BufferExhaustedException
        common.errors.ShareSessionLimitReachedException
        common.errors.ThrottlingQuotaExceededException
        common.metrics.QuotaViolationException
        """);
    in(
        SECURITY,
        """
        common.errors.AuthenticationException
        common.errors.AuthorizationException
        common.errors.DelegationTokenAuthorizationException
        common.errors.DelegationTokenDisabledException
        common.errors.DelegationTokenExpiredException
        common.errors.DelegationTokenNotFoundException
        common.errors.DelegationTokenOwnerMismatchException
        common.errors.GroupAuthorizationException
        common.errors.IllegalSaslStateException
        common.errors.InvalidPrincipalTypeException
        common.errors.SaslAuthenticationException
        common.errors.SecurityDisabledException
        common.errors.SslAuthenticationException
        common.errors.TopicAuthorizationException
        common.errors.UnacceptableCredentialException
        common.errors.UnsupportedByAuthenticationException
        common.errors.UnsupportedSaslMechanismException
        common.network.DelayedResponseAuthenticationException
        common.security.kerberos.BadFormatString
        common.security.kerberos.NoMatchingRule
        common.security.oauthbearer.JwtValidatorException
        common.security.oauthbearer.internals.expiring.ExpiringCredentialRefreshingLogin$ExitRefresherThreadDueToIllegalStateException
        common.security.oauthbearer.internals.secured.UnretryableException
        common.security.oauthbearer.internals.unsecured.OAuthBearerConfigException
        common.security.oauthbearer.internals.unsecured.OAuthBearerIllegalTokenException
        common.security.ssl.SslPrincipalMapper$NoMatchingRule
        """);
    in(
        CONFIGURATION,
        """
        clients.consumer.InvalidOffsetException
        clients.consumer.LogTruncationException
        clients.consumer.NoOffsetForPartitionException
        clients.consumer.OffsetOutOfRangeException
        common.config.ConfigException
        common.errors.BrokerIdNotRegisteredException
        common.errors.DuplicateBrokerRegistrationException
        common.errors.DuplicateResourceException
        common.errors.DuplicateVoterException
        common.errors.FeatureUpdateFailedException
        common.errors.GroupIdNotFoundException
        common.errors.GroupMaxSizeReachedException
        common.errors.GroupNotEmptyException
        common.errors.GroupSubscribedToTopicException
        common.errors.InconsistentClusterIdException
        common.errors.InconsistentGroupProtocolException
        common.errors.InconsistentVoterSetException
        common.errors.IneligibleReplicaException
        common.errors.InvalidConfigurationException
        common.errors.InvalidGroupIdException
        common.errors.InvalidPartitionsException
        common.errors.InvalidRegistrationException
        common.errors.InvalidReplicaAssignmentException
        common.errors.InvalidReplicationFactorException
        common.errors.InvalidRequiredAcksException
        common.errors.InvalidSessionTimeoutException
        common.errors.InvalidTxnTimeoutException
        common.errors.InvalidUpdateVersionException
        common.errors.InvalidVoterKeyException
        common.errors.LogDirNotFoundException
        common.errors.MismatchedEndpointTypeException
        common.errors.NoReassignmentInProgressException
        common.errors.OffsetMovedToTieredStorageException
        common.errors.OffsetOutOfRangeException
        common.errors.PositionOutOfRangeException
        common.errors.ResourceNotFoundException
        common.errors.SnapshotNotFoundException
        common.errors.StreamsInvalidTopologyEpochException
        common.errors.StreamsInvalidTopologyException
        common.errors.TopicDeletionDisabledException
        common.errors.TopicExistsException
        common.errors.TransactionalIdNotFoundException
        common.errors.UnknownSubscriptionIdException
        common.errors.UnsupportedAssignorException
        common.errors.UnsupportedCompressionTypeException
        common.errors.UnsupportedEndpointTypeException
        common.errors.VoterNotFoundException
        common.requests.FindCoordinatorRequest$NoBatchedFindCoordinatorsException
        common.requests.OffsetFetchRequest$NoBatchedOffsetFetchRequestException
        common.utils.Shell$ExitCodeException
        """);
    in(
        CLIENT_LOST,
        """
        common.errors.ClusterAuthorizationException
        common.errors.FencedInstanceIdException
        common.errors.FencedStateEpochException
        common.errors.InvalidPidMappingException
        common.errors.ProducerFencedException
        common.errors.StreamsTopologyFencedException
        common.errors.TransactionCoordinatorFencedException
        common.errors.TransactionalIdAuthorizationException
        common.errors.UnreleasedInstanceIdException
        common.errors.UnsupportedVersionException
        common.internals.FatalExitError
        """);
    in(
        TRANSACTION_ABORTED,
        """
        common.errors.ConcurrentTransactionsException
        common.errors.InvalidProducerEpochException
        common.errors.InvalidTxnStateException
        common.errors.TransactionAbortableException
        common.errors.TransactionAbortedException
        """);
    in(
        GROUP_CHANGED,
        """
        clients.consumer.CommitFailedException
        clients.consumer.RetriableCommitFailedException
        common.errors.FencedMemberEpochException
        common.errors.IllegalGenerationException
        common.errors.MemberIdRequiredException
        common.errors.RebalanceInProgressException
        common.errors.StaleMemberEpochException
        common.errors.UnknownMemberIdException
        """);
    in(
        INTERRUPTED,
        """
        common.errors.InterruptException
        common.errors.WakeupException
        """);
  }

  private KafkaFailures() {}

  private static void in(FailureClass failureClass, String names) {
    names.lines().forEach(name -> CLASSES.put(name, failureClass));
  }

  /** The class of an exception of Kafka's clients; null if it is none of theirs. */
  public static @Nullable FailureClass classOf(Throwable failure) {
    for (Class<?> type = failure.getClass(); type != Throwable.class; type = type.getSuperclass()) {
      FailureClass listed = listed(type);
      if (listed != null) {
        return listed;
      }
    }
    return null;
  }

  /** What is listed for {@code type} itself. */
  static @Nullable FailureClass listed(Class<?> type) {
    String name = type.getName();
    return name.startsWith(KAFKA) ? CLASSES.get(name.substring(KAFKA.length())) : null;
  }
}
