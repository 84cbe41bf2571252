package main

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/cobra"
)

// stackFlags say which deployment a command is about.
type stackFlags struct{ stack, region string }

func (f *stackFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.stack, "stack", "trailbell", "name of the CloudFormation stack")
	cmd.Flags().StringVar(&f.region, "region", "", "region of the stack (default: as the AWS SDK finds it)")
}

// configuration is the user's AWS configuration, in the deployment's region.
func (f stackFlags) configuration(cmd *cobra.Command) (aws.Config, error) {
	conf, err := awsconfig.LoadDefaultConfig(cmd.Context(), awsconfig.WithRegion(f.region))
	if err != nil {
		return conf, exit{exitProblem, fmt.Errorf("read the AWS configuration: %w", err)}
	}
	if conf.Region == "" {
		return conf, usage("%s needs a region: give --region or set AWS_REGION", cmd.Name())
	}
	return conf, nil
}
