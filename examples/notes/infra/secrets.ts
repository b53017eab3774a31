// Signs the tokens by which the API knows its users. No build holds its value:
// it is asked for at deployment.
export const tokenKey = new sst.Secret("TokenKey");
