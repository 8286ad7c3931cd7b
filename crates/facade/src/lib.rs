//! Credentials for IBM Watson Machine Learning and watsonx.ai.
