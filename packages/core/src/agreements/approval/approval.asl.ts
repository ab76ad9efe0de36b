/**
 * State machine of approvals (docs/agreements/approvals.md), in the Amazon States Language. It is a module, not a JSON file, because the bundlers of
 * the deployment do not resolve JSON imports. The value itself is plain JSON.
 */
export const machine = {
  Comment: "One round: asks every required approver, then applies the outcome to the subject",
  QueryLanguage: "JSONata",
  StartAt: "Everyone",
  States: {
    Everyone: {
      Type: "Map",
      Items: "{% $states.input.approvals %}",
      ItemSelector: { approval_id: "{% $states.context.Map.Item.Value %}", turns: "{% $states.input.turns %}" },
      MaxConcurrency: "{% $states.input.side_by_side ? 0 : 1 %}",
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Begin",
        States: {
          Begin: {
            Type: "Pass",
            Assign: { approval_id: "{% $states.input.approval_id %}", turns: "{% $states.input.turns %}", turn: 0 },
            Next: "Ask",
          },
          Ask: {
            Comment: "Waits for the approver's decision, or until the reminder, escalation or expiry is due",
            Type: "Task",
            Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
            Arguments: {
              FunctionName: "${steps}",
              Payload: {
                step: "ask",
                execution: "{% $states.context.Execution.Name %}",
                token: "{% $states.context.Task.Token %}",
                input: { approval_id: "{% $approval_id %}" },
              },
            },
            TimeoutSeconds: "{% $turns[$turn].seconds %}",
            Retry: [
              {
                ErrorEquals: ["States.TaskFailed"],
                IntervalSeconds: 2,
                MaxAttempts: 8,
                BackoffRate: 2,
                MaxDelaySeconds: 120,
                JitterStrategy: "FULL",
              },
            ],
            Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Unanswered" }],
            Output: "{% $states.result %}",
            Next: "Decided",
          },
          Unanswered: {
            Type: "Choice",
            Choices: [
              { Condition: "{% $turns[$turn].next = 'remind' %}", Next: "Remind" },
              { Condition: "{% $turns[$turn].next = 'escalate' %}", Next: "Escalate" },
            ],
            Default: "Expire",
          },
          Remind: {
            Type: "Task",
            Resource: "arn:aws:states:::lambda:invoke",
            Arguments: {
              FunctionName: "${steps}",
              Payload: {
                step: "remind",
                execution: "{% $states.context.Execution.Name %}",
                input: { approval_id: "{% $approval_id %}" },
              },
            },
            Retry: [
              {
                ErrorEquals: ["States.TaskFailed"],
                IntervalSeconds: 2,
                MaxAttempts: 8,
                BackoffRate: 2,
                MaxDelaySeconds: 120,
                JitterStrategy: "FULL",
              },
            ],
            Assign: { turn: "{% $turn + 1 %}" },
            Next: "Ask",
          },
          Escalate: {
            Comment: "A user of a higher role is asked instead",
            Type: "Task",
            Resource: "arn:aws:states:::lambda:invoke",
            Arguments: {
              FunctionName: "${steps}",
              Payload: {
                step: "escalate",
                execution: "{% $states.context.Execution.Name %}",
                input: { approval_id: "{% $approval_id %}" },
              },
            },
            Retry: [
              {
                ErrorEquals: ["States.TaskFailed"],
                IntervalSeconds: 2,
                MaxAttempts: 8,
                BackoffRate: 2,
                MaxDelaySeconds: 120,
                JitterStrategy: "FULL",
              },
            ],
            Assign: { turn: "{% $turn + 1 %}" },
            Next: "Ask",
          },
          Expire: {
            Type: "Task",
            Resource: "arn:aws:states:::lambda:invoke",
            Arguments: {
              FunctionName: "${steps}",
              Payload: {
                step: "expire",
                execution: "{% $states.context.Execution.Name %}",
                input: { approval_id: "{% $approval_id %}" },
              },
            },
            Retry: [
              {
                ErrorEquals: ["States.TaskFailed"],
                IntervalSeconds: 2,
                MaxAttempts: 8,
                BackoffRate: 2,
                MaxDelaySeconds: 120,
                JitterStrategy: "FULL",
              },
            ],
            Output: "{% $states.result.Payload %}",
            Next: "Decided",
          },
          Decided: {
            Type: "Choice",
            Choices: [{ Condition: "{% $states.input.status = 'approved' %}", Next: "Agreed" }],
            Default: "Not agreed",
          },
          Agreed: { Type: "Succeed" },
          "Not agreed": {
            Comment: "Fails the Map state, which stops asking the other approvers",
            Type: "Fail",
            Error: "NotAgreed",
            Cause: "The approval was rejected, expired or cancelled",
          },
        },
      },
      Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.input %}", Next: "Conclude" }],
      Output: "{% $states.input %}",
      Next: "Conclude",
    },
    Conclude: {
      Comment: "Applies the outcome from the stored approvals, no matter how the Map state ended",
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: {
        FunctionName: "${steps}",
        Payload: {
          step: "conclude",
          execution: "{% $states.context.Execution.Name %}",
          input: { approvals: "{% $states.input.approvals %}" },
        },
      },
      Retry: [
        {
          ErrorEquals: ["States.TaskFailed"],
          IntervalSeconds: 2,
          MaxAttempts: 8,
          BackoffRate: 2,
          MaxDelaySeconds: 120,
          JitterStrategy: "FULL",
        },
      ],
      End: true,
    },
  },
} as const;
